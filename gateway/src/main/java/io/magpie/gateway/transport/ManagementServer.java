package io.magpie.gateway.transport;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.http.Site;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The management port on a thread of its own, so that a scrape never delays a delivery. */
@OwnedBy(Owner.MAIN)
public final class ManagementServer implements AutoCloseable {
    private static final int IDLE_SECONDS = 75;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("magpie-management"), NioIoHandler.newFactory());

    /**
     * Listens.
     *
     * @return the address that was bound
     * @throws IllegalStateException if the port can't be had; the message says why
     */
    public InetSocketAddress listen(GatewayConfig.Management address, Site site) {
        HttpResponder responder = new HttpResponder(site);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                                .addLast(new HttpRequestDecoder())
                                .addLast(new RequestAssembler())
                                .addLast(new Requests(responder));
                    }
                });
        ChannelFuture bound = bootstrap.bind(address.host(), address.port()).awaitUninterruptibly();
        return Server.boundAddress(bound, "management", address.host() + ":" + address.port());
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Answers each request. */
    private static final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final HttpResponder responder;

        Requests(HttpResponder responder) {
            this.responder = responder;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            responder.respond(ctx, request);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
