package io.magpie.bench.verify;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A bad network between clients and the server: a TCP relay that does to each direction of each connection what it is
 * told ({@link Disturbance}).
 *
 * <p>Owner: its own loop; all public methods post to it, {@link #cuts} may be read anywhere.
 */
// What a connection does is told to its pair.
@SuppressWarnings("FutureReturnValueIgnored")
final class ChaosProxy implements AutoCloseable {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int CLOSE_SECONDS = 5;

    private final AtomicReference<@Nullable InetSocketAddress> server;
    private final SplittableRandom random;
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("verify-proxy", true), NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final List<Pair> pairs = new ArrayList<>();
    private final AtomicInteger cuts = new AtomicInteger();
    private final Channel listener;

    /** A connection through the proxy: the client's end is near, the server's far. */
    private final class Pair implements Lane.Pair {
        final Channel near;
        final Lane up = new Lane(this);
        final Lane down = new Lane(this);

        @Nullable
        Channel far;

        @Nullable
        Disturbance rule;

        boolean torn;

        Pair(Channel near) {
            this.near = near;
        }

        void disturb(Disturbance disturbance) {
            rule = disturbance;
            torn |= disturbance.kind() == Disturbance.Kind.BLACK_HOLE
                    || disturbance.kind() == Disturbance.Kind.HALF_OPEN;
            (disturbance.up() ? up : down).disturb(disturbance);
            if (disturbance.kind() == Disturbance.Kind.HALF_OPEN) {
                Channel told = disturbance.up() ? far : near;
                up.disturb(disturbance);
                down.disturb(disturbance);
                if (told != null) {
                    told.close();
                }
            }
        }

        /** The network is good again. A stream with a hole in it can't go on. */
        void heal() {
            rule = null;
            up.disturb(null);
            down.disturb(null);
            if (torn) {
                cut(true);
            }
        }

        @Override
        public @Nullable Channel other(Lane lane) {
            return lane == up ? far : near;
        }

        @Override
        public void ended(Lane lane) {
            if (rule == null || rule.kind() != Disturbance.Kind.HALF_OPEN) {
                Channel other = other(lane);
                if (other != null) {
                    other.close();
                }
                pairs.remove(this);
            }
        }

        @Override
        public void cut(boolean reset) {
            if (pairs.remove(this)) {
                cuts.incrementAndGet();
            }
            end(near, reset);
            if (far != null) {
                end(far, reset);
            }
        }

        private void end(Channel channel, boolean reset) {
            if (reset && channel.isOpen()) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
            }
            channel.close();
        }
    }

    /** @param server where to connect to; null in it while there is none */
    ChaosProxy(AtomicReference<@Nullable InetSocketAddress> server, long seed) {
        this.server = server;
        this.random = new SplittableRandom(seed);
        this.listener = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel near) {
                        open(near);
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    /** Where clients connect. */
    InetSocketAddress open() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Disturbs a share of the connections that there are now. */
    void disturb(Disturbance disturbance, double share) {
        loop.submit(() -> {
                    for (Pair pair : List.copyOf(pairs)) {
                        if (random.nextDouble() < share) {
                            pair.disturb(disturbance);
                        }
                    }
                })
                // What is sent after this call meets it.
                .syncUninterruptibly();
    }

    /** Cuts one connection, any, after some more bytes. */
    void cutOne() {
        loop.execute(() -> {
            if (!pairs.isEmpty()) {
                pairs.get(random.nextInt(pairs.size())).disturb(Disturbance.cut(random));
            }
        });
    }

    /** Ends all disturbances. */
    void heal() {
        loop.execute(() -> List.copyOf(pairs).forEach(Pair::heal));
    }

    /** How many connections were cut on purpose. */
    int cuts() {
        return cuts.get();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void open(Channel near) {
        InetSocketAddress address = server.get();
        if (address == null) {
            near.close();
            return;
        }
        Pair pair = new Pair(near);
        near.pipeline().addLast(pair.up);
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(pair.down)
                .connect(address)
                .addListener((ChannelFutureListener) done -> {
                    if (done.isSuccess()) {
                        pair.far = done.channel();
                        pairs.add(pair);
                        near.config().setAutoRead(true);
                    } else {
                        near.close();
                    }
                });
    }
}
