package io.magpie.gateway.transport;

import io.magpie.gateway.config.ManagementConfig;
import io.magpie.gateway.http.AsyncSite;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
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
    public InetSocketAddress listen(ManagementConfig config, AsyncSite site) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        install(channel, site, config.requestTimeout());
                    }
                });
        ChannelFuture bound = bootstrap.bind(config.host(), config.port()).awaitUninterruptibly();
        return Server.boundAddress(bound, "management", config.host() + ":" + config.port());
    }

    /** What a connection has. */
    static void install(Channel channel, AsyncSite site, Duration requestTimeout) {
        RequestDecoder decoder = new RequestDecoder(() -> {});
        channel.pipeline()
                // Ends a connection that is silent.
                .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                // Parses requests. Answers are written as bytes.
                .addLast(decoder)
                // Has requests answered, one after the other.
                .addLast(new ManagementGate(site, decoder, requestTimeout));
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
