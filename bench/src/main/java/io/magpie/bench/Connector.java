package io.magpie.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.net.URI;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Opens the TCP connections of a plan: on epoll where there is epoll, else on NIO. Immutable. */
final class Connector {
    private static final int LOW_WATER = 64 << 10;

    /** Sockets that a loop reads before it looks whether a message is due: about half a millisecond. */
    private static final int EVENTS_PER_TURN = 64;

    private final BenchPlan plan;
    private final InetSocketAddress remote;
    private final @Nullable SslContext tls;

    /** @throws UnreachableException if the host has no address or there is no TLS for a {@code wss} URL */
    Connector(BenchPlan plan) throws UnreachableException {
        this.plan = plan;
        URI url = plan.target().url();
        boolean secure = "wss".equals(url.getScheme());
        int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
        this.remote = new InetSocketAddress(url.getHost(), port);
        if (remote.isUnresolved()) {
            throw new UnreachableException("host " + url.getHost() + " has no address");
        }
        this.tls = secure ? tls() : null;
    }

    /** How this machine does socket I/O. */
    static IoHandlerFactory ioHandler() {
        return Epoll.isAvailable()
                ? EpollIoHandler.newFactory(EVENTS_PER_TURN, DefaultSelectStrategyFactory.INSTANCE)
                : NioIoHandler.newFactory();
    }

    /** {@code epoll} or {@code nio}. */
    static String ioName() {
        return Epoll.isAvailable() ? "epoll" : "nio";
    }

    /** Connects a client on a loop; its pipeline does the rest. */
    ChannelFuture connect(Client client, EventLoop loop) {
        int highWater = Math.max(2 * LOW_WATER, 4 * plan.load().size());
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(channelType())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW_WATER, highWater))
                .handler(new ClientPipeline(client, tls))
                .remoteAddress(remote);
        if (plan.target().sourceAddresses() > 1) {
            int host = 1 + client.number() % plan.target().sourceAddresses();
            bootstrap.localAddress(new InetSocketAddress("127.0.0." + host, 0));
            if (Epoll.isAvailable()) {
                // The kernel then picks the port when it knows both ends, so that ports of one address can be reused.
                bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
            }
        }
        return bootstrap.connect();
    }

    private int connectMillis() {
        return (int) Math.min(plan.target().connectTimeout().toMillis(), Integer.MAX_VALUE);
    }

    private static Class<? extends SocketChannel> channelType() {
        return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    private static SslContext tls() throws UnreachableException {
        try {
            return SslContextBuilder.forClient().build();
        } catch (SSLException e) {
            throw new UnreachableException("there is no TLS here: " + e.getMessage());
        }
    }
}
