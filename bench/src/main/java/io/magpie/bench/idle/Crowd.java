package io.magpie.bench.idle;

import io.magpie.bench.tls.TlsClient;
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
import io.netty.handler.ssl.SslProtocols;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Idle clients on real connections, spread over rooms; all on one event loop. None resumes a TLS session.
 *
 * <p>Owner: the main thread; counters are shared with the loop, which opens the next connection when one is in.
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
    private final @Nullable TlsClient tls;
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger ready = new AtomicInteger();
    private final CompletableFuture<String> complete = new CompletableFuture<>();

    /**
     * A crowd that isn't there yet.
     *
     * @param source where its connections come from: the ports of a crowd that has just left stay taken for a minute,
     *     so the next one needs another address
     * @throws java.io.UncheckedIOException if the plan wants TLS, and there is none for clients here
     */
    Crowd(InetSocketAddress server, String source, IdlePlan plan) {
        this.server = server;
        this.source = new InetSocketAddress(source, 0);
        this.sessions = plan.sessions();
        this.rooms = plan.rooms();
        this.tls = plan.tls().secure() ? new TlsClient(SslProtocols.TLS_v1_3) : null;
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
        return lost.get();
    }

    /** Version and cipher suite of their TLS, when they are in; empty over ws. */
    String suite() {
        return tls == null ? "" : tls.cipher();
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

    /** Closes all connections, ends the loop and frees what TLS has outside of the heap. */
    @Override
    public void close() {
        group.shutdownGracefully(0, CONNECT_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
        if (tls != null) {
            tls.close();
        }
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
                        prepare(channel, connect);
                    }
                })
                .connect(server, source)
                .addListener((ChannelFutureListener) done -> {
                    if (!done.isSuccess()) {
                        settled(String.valueOf(done.cause().getMessage()));
                    }
                });
    }

    private void prepare(Channel channel, byte[] connect) {
        if (tls != null) {
            channel.pipeline().addLast(tls.handler(channel.alloc()));
        }
        channel.pipeline().addLast(new Arrival(tls != null, connect, new Idler(lost::incrementAndGet), this::settled));
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
