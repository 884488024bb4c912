package io.magpie.bench.simulate;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A listening channel without a socket: who connects is handed to it. Owner: its event loop; {@link #accept} is for any
 * thread.
 */
// Netty's own types aren't null-marked: an unbound channel has no address.
@SuppressWarnings("NullAway")
final class SimulatedListener extends AbstractServerChannel {
    private final ChannelConfig config = new SocketlessConfig(this);
    private volatile @Nullable SocketAddress bound;
    private volatile boolean open = true;

    /** Connects a channel: it gets the server's pipeline and an event loop, and begins to talk. */
    void accept(Channel child) {
        eventLoop().execute(() -> {
            pipeline().fireChannelRead(child);
            pipeline().fireChannelReadComplete();
        });
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
        return open && bound != null;
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return bound;
    }

    @Override
    protected void doBind(SocketAddress localAddress) {
        bound = localAddress;
    }

    @Override
    protected void doClose() {
        open = false;
    }

    @Override
    protected void doBeginRead() {
        // Nothing to poll: connections are handed over.
    }
}
