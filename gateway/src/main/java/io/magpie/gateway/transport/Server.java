package io.magpie.gateway.transport;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.session.Clients;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The event loops and the listening sockets. Made, started and stopped by one thread, in this order; only
 * {@link #loops} is shared, and it never changes.
 */
@OwnedBy(Owner.MAIN)
public final class Server implements AutoCloseable, Clients {
    private static final long STOP_TIMEOUT_MILLIS = 5_000;
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final IoTransport io;
    private final MultiThreadIoEventLoopGroup group;
    private final List<TransportLoop> loops = new ArrayList<>();
    private final IdentityHashMap<EventExecutor, TransportLoop> byExecutor = new IdentityHashMap<>();
    private @Nullable Channel listener;

    /**
     * Makes the event loops; nothing listens yet.
     *
     * @param stallTimeout how long a slow reader may read nothing at all
     */
    public Server(IoTransport io, int loopCount, Duration stallTimeout, GatewayMetrics metrics, Overload overload) {
        this.io = io;
        this.group = new MultiThreadIoEventLoopGroup(loopCount, new DefaultThreadFactory("magpie-loop"), io.factory());
        for (EventExecutor executor : group) {
            TransportLoop loop = new TransportLoop(loops.size(), executor, stallTimeout, metrics, overload);
            loops.add(loop);
            byExecutor.put(executor, loop);
        }
    }

    /** The event loops, as rooms and sessions see them. */
    public List<DeliveryLoop> loops() {
        return loops.stream().map(TransportLoop::delivery).toList();
    }

    /**
     * Starts housekeeping and listens on the public port.
     *
     * @return the address that was bound
     * @throws IllegalStateException if the port can't be had; the message says why
     */
    public InetSocketAddress listen(GatewayConfig.Listen address, Wiring wiring) {
        loops.forEach(TransportLoop::start);
        ConnectionPipeline pipeline = new ConnectionPipeline(wiring);
        GatewayConfig.Outbound outbound = wiring.config().outbound();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channelFactory(io.listener())
                .option(ChannelOption.SO_BACKLOG, address.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(
                                outbound.lowWaterMark().intBytes(),
                                outbound.highWaterMark().intBytes()))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        pipeline.installHttp(channel, loopOf(channel.eventLoop()));
                    }
                });
        if (outbound.kernelUnsent().bytes() > 0) {
            io.limitUnsent(bootstrap, outbound.kernelUnsent().intBytes());
        }
        if (!address.tcpNodelay()) {
            // Netty turns it on by itself, and saying so again would be a system call for each connection.
            bootstrap.childOption(ChannelOption.TCP_NODELAY, false);
        }
        ChannelFuture bound = bootstrap.bind(address.host(), address.port()).awaitUninterruptibly();
        listener = bound.channel();
        return boundAddress(bound, "listen", address.host() + ":" + address.port());
    }

    @Override
    public CompletableFuture<List<Client>> find(Predicate<Client> which, int limit) {
        return gather(loop -> loop.find(which, limit))
                .thenApply(parts ->
                        parts.stream().flatMap(List::stream).limit(limit).toList());
    }

    @Override
    public CompletableFuture<Integer> close(Predicate<Client> which, CloseCode code, String reason) {
        return gather(loop -> loop.close(which, code, reason)).thenApply(Server::sum);
    }

    @Override
    public CompletableFuture<Integer> recheck(Predicate<Client> which) {
        return gather(loop -> loop.recheck(which)).thenApply(Server::sum);
    }

    private static int sum(List<Integer> parts) {
        return parts.stream().mapToInt(Integer::intValue).sum();
    }

    /** Asks every loop, on it. */
    private <A> CompletableFuture<List<A>> gather(Function<TransportLoop, A> question) {
        List<CompletableFuture<A>> parts = new ArrayList<>();
        for (TransportLoop loop : loops) {
            CompletableFuture<A> part = new CompletableFuture<>();
            parts.add(part);
            loop.delivery().post(() -> {
                try {
                    part.complete(question.apply(loop));
                } catch (RuntimeException e) {
                    part.completeExceptionally(e);
                }
            });
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(all -> parts.stream().map(CompletableFuture::join).toList());
    }

    @Override
    public CompletableFuture<Void> depart(double share, Duration span, String reason) {
        CompletableFuture<?>[] all = loops.stream()
                .map(loop -> {
                    CompletableFuture<Void> gone = new CompletableFuture<>();
                    loop.delivery()
                            .post(() -> loop.depart(share, span, reason).addListener(done -> gone.complete(null)));
                    return gone;
                })
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(all);
    }

    /** Stops listening and closes every connection with a code, which waits for the close handshakes, but not long. */
    public void drain(CloseCode code, String reason, Duration patience) {
        closeListener();
        long deadline = System.nanoTime() + patience.toNanos();
        for (TransportLoop loop : loops) {
            loop.delivery().post(() -> loop.closeAll(code, reason));
        }
        awaitEmptied(deadline);
        // While the loops still run: left to the loops' own end, a client on NIO once saw no end of stream.
        for (TransportLoop loop : loops) {
            loop.delivery().post(loop::endAll);
        }
        awaitEmptied(System.nanoTime() + END_NANOS);
    }

    private void awaitEmptied(long deadline) {
        for (TransportLoop loop : loops) {
            loop.emptied().awaitUninterruptibly(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    /** Ends the loops and what is left on them. */
    @Override
    public void close() {
        closeListener();
        group.shutdownGracefully(0, STOP_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    /** The address of a listener, or an error that names the keys to change. */
    static InetSocketAddress boundAddress(ChannelFuture bound, String section, String wanted) {
        if (!bound.isSuccess()) {
            throw new IllegalStateException(
                    "can't listen on " + wanted + " (" + section + ".host, " + section + ".port): "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return (InetSocketAddress) bound.channel().localAddress();
    }

    private void closeListener() {
        if (listener != null) {
            listener.close().awaitUninterruptibly();
            listener = null;
        }
    }

    private TransportLoop loopOf(EventExecutor executor) {
        TransportLoop loop = byExecutor.get(executor);
        if (loop == null) {
            throw new IllegalStateException("channel on a foreign event loop");
        }
        return loop;
    }
}
