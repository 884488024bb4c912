package io.magpie.bench.jmh;

import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * A channel whose socket takes everything at once and sends it nowhere, so that what is left is the price of Netty's own
 * outbound path: pipeline, promise, entry of the outbound buffer, flush.
 *
 * <p>Owner: its event loop.
 */
final class NullChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final SocketAddress NOWHERE = new InetSocketAddress(0);

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private boolean open = true;

    private NullChannel() {
        super(null);
    }

    /** A registered channel; the context that is returned has no handler between it and the socket. */
    static ChannelHandlerContext register(EventLoop loop) {
        NullChannel channel = new NullChannel();
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
        loop.register(channel).syncUninterruptibly();
        return channel.pipeline().firstContext();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
        while (in.remove()) {
            // Each turn releases a message and completes its promise, as a socket that took it would.
        }
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
                promise.setFailure(new UnsupportedOperationException("it leads nowhere"));
            }
        };
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    protected SocketAddress localAddress0() {
        return NOWHERE;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return NOWHERE;
    }

    @Override
    protected void doBind(SocketAddress local) {
        throw new UnsupportedOperationException("it has no address");
    }

    @Override
    protected void doDisconnect() {
        open = false;
    }

    @Override
    protected void doClose() {
        open = false;
    }

    @Override
    protected void doBeginRead() {
        // Nothing ever arrives.
    }
}
