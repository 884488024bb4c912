package io.magpie.bench.idle;

import io.magpie.protocol.RoomId;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Idle clients on real connections, spread over rooms; all on one event loop.
 *
 * <p>Owner: the main thread; a counter is shared with the loop, which opens the next connection when one is in.
 */
final class Crowd implements AutoCloseable {
    /** Handshakes under way at a time: enough to keep the server busy, too few to overflow its backlog. */
    private static final int IN_FLIGHT = 128;

    private static final int CONNECT_MILLIS = 10_000;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("bench-idle", true),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final InetSocketAddress server;
    private final InetSocketAddress source;
    private final int sessions;
    private final int rooms;
    private final Idler idler = new Idler();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger ready = new AtomicInteger();
    private final CompletableFuture<String> complete = new CompletableFuture<>();

    /**
     * A crowd that isn't there yet.
     *
     * @param source where its connections come from: the ports of a crowd that has just left stay taken for a minute,
     *     so the next one needs another address
     */
    Crowd(InetSocketAddress server, String source, int sessions, int rooms) {
        this.server = server;
        this.source = new InetSocketAddress(source, 0);
        this.sessions = sessions;
        this.rooms = rooms;
    }

    /** Begins to connect. Once. */
    void connect() {
        for (int i = 0; i < Math.min(IN_FLIGHT, sessions); i++) {
            openNext();
        }
    }

    /** How many are in. */
    int ready() {
        return ready.get();
    }

    /** How many were in and are gone. */
    int lost() {
        return idler.lost();
    }

    /**
     * Waits until all are in.
     *
     * @return false if they aren't yet
     * @throws IllegalStateException if one can't get in; the message says why
     */
    boolean awaitReady(long millis) throws InterruptedException {
        String failure;
        try {
            failure = complete.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the clients can't be opened", e);
        }
        if (!failure.isEmpty()) {
            throw new IllegalStateException(failure);
        }
        return true;
    }

    /** Closes all connections and ends the loop. */
    @Override
    public void close() {
        group.shutdownGracefully(0, CONNECT_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    private void openNext() {
        int number = opened.getAndIncrement();
        if (number >= sessions) {
            return;
        }
        byte[] connect = PhoneBytes.connect(List.of(new RoomId("idle-" + number % rooms)));
        new Bootstrap()
                .group(group)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Arrival(connect, idler, Crowd.this::settled));
                    }
                })
                .connect(server, source)
                .addListener((ChannelFutureListener) done -> {
                    if (!done.isSuccess()) {
                        settled(String.valueOf(done.cause().getMessage()));
                    }
                });
    }

    private void settled(String failure) {
        if (!failure.isEmpty()) {
            complete.complete("client " + (ready.get() + 1) + " of " + sessions + " couldn't get in: " + failure);
        } else if (ready.incrementAndGet() == sessions) {
            complete.complete("");
        } else {
            openNext();
        }
    }
}
