package io.magpie.bench.acks;

import io.magpie.bench.ServerProbe;
import io.magpie.bench.measure.MachineProbe;
import io.magpie.bench.measure.Spinning;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one event loop of the load, as the main thread sees it: every method waits until the loop has done what it asks
 * for. The loop never sleeps, so that the gateway doesn't pay for waking its processor. Closing it ends all connections.
 */
final class Measuring implements AutoCloseable {
    /** Traffic before a measurement that doesn't count, in seconds. */
    static final double RUN_UP_SECONDS = 0.5;

    private static final Duration RUN_UP = Duration.ofMillis((long) (RUN_UP_SECONDS * 1_000));

    /** Sockets that are read before the loop looks whether a message is due. */
    private static final int EVENTS_PER_TURN = 64;

    private static final int CONNECT_SECONDS = 60;
    private static final int ANSWER_SECONDS = 60;
    private static final int DRAIN_SECONDS = 10;
    private static final int POLL_MILLIS = 5;
    private static final Path PROC = Path.of("/proc");

    private final Spinning spinning = new Spinning();
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory(EVENTS_PER_TURN, () -> spinning));
    private final EventLoop loop = group.next();
    private final MachineProbe machine = new MachineProbe(PROC.resolve("stat"));
    private final ServerProbe self = ServerProbe.of(PROC.resolve("self"));

    /** What had been used at one moment, in nanoseconds but for the messages. */
    private record Snapshot(
            long nanos, long serverCpu, long loadCpu, long loadBusy, long machineCpu, int sent, long oks) {}

    /**
     * Connects all publishers to a gateway.
     *
     * @param run makes rooms and keys that no other run has
     * @throws IOException if one of them doesn't get in, or it takes more than a minute
     */
    Fleet open(AcksPlan.Crowd crowd, InetSocketAddress server, String run) throws IOException, InterruptedException {
        Fleet fleet = new Fleet(crowd, server, loop, run);
        Promise<Fleet> complete = call(fleet::open);
        if (!complete.await(CONNECT_SECONDS, TimeUnit.SECONDS) || !complete.isSuccess()) {
            close(fleet);
            throw new IOException("the publishers didn't get in"
                    + (complete.cause() == null ? "" : ": " + complete.cause().getMessage()));
        }
        return fleet;
    }

    void close(Fleet fleet) throws InterruptedException {
        tell(fleet::close);
    }

    /**
     * Measures.
     *
     * @param pid the gateway's process
     * @throws IOException if that is gone
     */
    Measured measure(Fleet fleet, Load load, long pid, Duration measured) throws IOException, InterruptedException {
        ServerProbe server = ServerProbe.of(PROC.resolve(Long.toString(pid)));
        Traffic traffic = call(() -> begin(fleet, load));
        TimeUnit.NANOSECONDS.sleep(RUN_UP.toNanos());
        Snapshot from = snapshot(server, fleet, () -> fleet.book().recordFrom(System.nanoTime()));
        TimeUnit.NANOSECONDS.sleep(measured.toNanos());
        Snapshot to = snapshot(server, fleet, traffic::stop);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
        while (call(fleet.book()::outstanding) > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return call(() -> measured(fleet.book(), from, to));
    }

    /** Asks the disk, on the loop: nothing else may use its processor meanwhile, least of all the loop itself. */
    Fsync fsync(Path directory) throws IOException, InterruptedException {
        return call(() -> Fsync.of(directory));
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static Traffic begin(Fleet fleet, Load load) {
        Traffic traffic = load.closed() ? new ClosedTraffic(fleet, load.window()) : new OpenTraffic(fleet, load.rate());
        fleet.begin(traffic);
        return traffic;
    }

    private Snapshot snapshot(ServerProbe server, Fleet fleet, Runnable also) throws IOException, InterruptedException {
        return call(() -> {
            also.run();
            return new Snapshot(
                    System.nanoTime(),
                    cpuNanos(server),
                    cpuNanos(self),
                    spinning.busyNanos(),
                    machine.busyNanos(),
                    fleet.book().sent(),
                    fleet.book().oks());
        });
    }

    private static Measured measured(Book book, Snapshot from, Snapshot to) {
        int unanswered = book.outstanding();
        book.settle(System.nanoTime());
        long serverCpu = to.serverCpu() - from.serverCpu();
        long loadCpu = to.loadCpu() - from.loadCpu();
        return new Measured(
                to.nanos() - from.nanos(),
                to.sent() - from.sent(),
                to.oks() - from.oks(),
                serverCpu,
                to.loadBusy() - from.loadBusy(),
                Math.max(0, to.machineCpu() - from.machineCpu() - serverCpu - loadCpu),
                book.latencies().copy(),
                book.lags().copy(),
                unanswered,
                book.faults(),
                book.witnesses());
    }

    private static long cpuNanos(ServerProbe probe) throws IOException {
        return probe.sample()
                .map(ServerProbe.Sample::cpuNanos)
                .orElseThrow(() -> new IOException("the gateway's process has ended"));
    }

    private void tell(Runnable action) throws InterruptedException {
        loop.submit(action).await(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    private <T> T call(Callable<T> question) throws IOException, InterruptedException {
        try {
            return loop.submit(question).get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException(cause.getMessage(), cause);
            }
            throw new IllegalStateException("the event loop of the load doesn't answer", e);
        }
    }
}
