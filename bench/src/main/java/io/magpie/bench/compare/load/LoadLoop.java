package io.magpie.bench.compare.load;

import io.magpie.bench.ServerProbe;
import io.magpie.bench.measure.MachineProbe;
import io.magpie.bench.measure.Spinning;
import io.magpie.bench.tls.TlsClient;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one event loop of a load, as the main thread sees it: every method waits until the loop has done what it asks for.
 * Closing it ends all connections.
 */
public final class LoadLoop implements AutoCloseable {
    /** Sockets that are read before the loop looks whether a message is due: about half a millisecond. */
    private static final int EVENTS_PER_TURN = 256;

    private static final int CONNECT_SECONDS = 120;
    private static final int ANSWER_SECONDS = 30;
    /** For servers that upgrade a member before it is in its room. */
    private static final int SETTLE_MILLIS = 200;

    private static final int POLL_MILLIS = 20;
    private static final int IDLE_POLLS = 25;

    /** A server that uses less than this in {@value #SETTLE_MILLIS} ms has nothing to do. */
    private static final long IDLE_NANOS = 10_000_000;

    private static final Path PROC = Path.of("/proc");

    private final Spinning spinning = new Spinning();
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory(EVENTS_PER_TURN, () -> spinning));
    private final EventLoop loop = group.next();
    private final MachineProbe machine = new MachineProbe(PROC.resolve("stat"));
    private final ServerProbe self = ServerProbe.of(PROC.resolve("self"));

    /**
     * How long the parts of a measurement take.
     *
     * @param before traffic that isn't measured
     * @param measured traffic that is
     * @param drain how long the last deliveries may take after it
     */
    public record Timing(Duration before, Duration measured, Duration drain) {}

    /**
     * Connects all members of a crowd, and waits until servers that upgrade first have put them into their rooms.
     *
     * @throws IOException if one of them doesn't get in, or it takes more than two minutes
     */
    public Crowd open(CrowdPlan plan) throws IOException, InterruptedException {
        Crowd crowd = connect(plan);
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        return crowd;
    }

    /**
     * Connects all members of a crowd as fast as the server takes it, and disconnects them.
     *
     * @throws IOException if one of them doesn't get in, or it takes more than two minutes
     */
    public Entrance storm(CrowdPlan plan, List<Long> pids) throws IOException, InterruptedException {
        List<ServerProbe> servers = probes(pids);
        long began = System.nanoTime();
        long serverCpu = cpuNanos(servers);
        long loadBusy = call(spinning::busyNanos);
        Crowd crowd = connect(plan);
        Entrance entrance = new Entrance(
                plan.size(),
                System.nanoTime() - began,
                cpuNanos(servers) - serverCpu,
                call(spinning::busyNanos) - loadBusy,
                call(crowd::secured));
        close(crowd, pids);
        return entrance;
    }

    /** What does the load's part of TLS, for a report: a library and its version. */
    public static String tls() {
        return TlsClient.name();
    }

    /** Ends the connections of a crowd, and waits until the server has digested that: it is not to burden the next one. */
    public void close(Crowd crowd, List<Long> pids) throws InterruptedException {
        close(crowd);
        awaitIdle(probes(pids));
    }

    /** Measures with one member that keeps {@code window} messages outstanding. */
    public Window closed(Crowd crowd, int window, List<Long> pids, Timing timing) throws InterruptedException {
        return measure(crowd, new ClosedTraffic(crowd, window), pids, timing);
    }

    /** Measures with {@code rate} messages per second. */
    public Window open(Crowd crowd, double rate, List<Long> pids, Timing timing) throws InterruptedException {
        return measure(crowd, new OpenTraffic(crowd, rate), pids, timing);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private Window measure(Crowd crowd, Traffic traffic, List<Long> pids, Timing timing) throws InterruptedException {
        List<ServerProbe> servers = probes(pids);
        tell(traffic::start);
        TimeUnit.NANOSECONDS.sleep(timing.before().toNanos());
        Snapshot from = call(() -> begin(crowd, servers));
        TimeUnit.NANOSECONDS.sleep(timing.measured().toNanos());
        Snapshot to = call(() -> {
            traffic.stop();
            return snapshot(crowd, servers);
        });
        long deadline = System.nanoTime() + timing.drain().toNanos();
        while (call(crowd.messages()::outstanding) > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return call(() -> window(crowd, from, to));
    }

    private Crowd connect(CrowdPlan plan) throws IOException, InterruptedException {
        Crowd crowd = new Crowd(plan, loop);
        Promise<Crowd> complete = call(crowd::open);
        if (!complete.await(CONNECT_SECONDS, TimeUnit.SECONDS) || !complete.isSuccess()) {
            int entered = call(crowd::entered);
            close(crowd);
            throw new IOException("only " + entered + " of " + plan.size() + " members got in"
                    + (complete.cause() == null ? "" : ": " + complete.cause().getMessage()));
        }
        return crowd;
    }

    private void close(Crowd crowd) throws InterruptedException {
        tell(crowd::close);
    }

    /** Waits until servers use next to no CPU, for some seconds at most. */
    private static void awaitIdle(List<ServerProbe> servers) throws InterruptedException {
        long now = cpuNanos(servers);
        long before = now - 2 * IDLE_NANOS;
        for (int i = 0; i < IDLE_POLLS && now - before > IDLE_NANOS; i++) {
            TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
            before = now;
            now = cpuNanos(servers);
        }
    }

    private static List<ServerProbe> probes(List<Long> pids) {
        return pids.stream()
                .map(pid -> ServerProbe.of(PROC.resolve(pid.toString())))
                .toList();
    }

    private Snapshot begin(Crowd crowd, List<ServerProbe> servers) {
        crowd.meter().recordFrom(System.nanoTime());
        return snapshot(crowd, servers);
    }

    private Snapshot snapshot(Crowd crowd, List<ServerProbe> servers) {
        return new Snapshot(
                System.nanoTime(),
                cpuNanos(servers),
                cpuNanos(self),
                spinning.busyNanos(),
                machine.busyNanos(),
                crowd.meter().deliveries(),
                crowd.meter().bytes(),
                crowd.messages().count());
    }

    private static Window window(Crowd crowd, Snapshot from, Snapshot to) {
        crowd.messages().giveUp(System.nanoTime());
        long serverCpu = to.serverCpuNanos() - from.serverCpuNanos();
        long loadCpu = to.loadCpuNanos() - from.loadCpuNanos();
        return new Window(
                to.nanos() - from.nanos(),
                serverCpu,
                to.loadBusyNanos() - from.loadBusyNanos(),
                Math.max(0, to.machineCpuNanos() - from.machineCpuNanos() - serverCpu - loadCpu),
                to.deliveries() - from.deliveries(),
                to.bytes() - from.bytes(),
                to.published() - from.published(),
                crowd.meter().latencies().copy(),
                crowd.messages().outstanding(),
                crowd.faults().count(),
                crowd.faults().witnesses());
    }

    private static long cpuNanos(List<ServerProbe> probes) {
        return probes.stream().mapToLong(LoadLoop::cpuNanos).sum();
    }

    /** @throws UncheckedIOException if the process is gone: what it used can't be known, and is not nothing */
    private static long cpuNanos(ServerProbe probe) {
        return probe.sample()
                .map(ServerProbe.Sample::cpuNanos)
                .orElseThrow(() -> new UncheckedIOException(new IOException("the server's process has ended")));
    }

    private void tell(Runnable action) throws InterruptedException {
        call(() -> {
            action.run();
            return action;
        });
    }

    private <T> T call(Callable<T> question) throws InterruptedException {
        try {
            return loop.submit(question).get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            if (e.getCause() instanceof UncheckedIOException gone) {
                throw gone;
            }
            throw new IllegalStateException("the event loop of the load doesn't answer", e);
        }
    }
}
