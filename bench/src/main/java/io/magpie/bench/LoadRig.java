package io.magpie.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Leads a fleet through a run: connect, warm up, measure, wait for the last deliveries, settle the accounts.
 *
 * <p>Owner: the main thread.
 */
final class LoadRig {
    private static final Duration POLL = Duration.ofMillis(100);

    /** From the order to publish until the first message, so that every loop has got the order. */
    private static final Duration LEAD = Duration.ofMillis(100);

    /** A duplicate may come after the last message that was waited for. */
    private static final Duration LINGER = Duration.ofMillis(250);

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final BenchPlan plan;
    private final Fleet fleet;
    private final ServerProbe server;
    private final Ticker ticker;
    private final Progress progress;

    LoadRig(BenchPlan plan, Fleet fleet, ServerProbe server, Ticker ticker, Progress progress) {
        this.plan = plan;
        this.fleet = fleet;
        this.server = server;
        this.ticker = ticker;
        this.progress = progress;
    }

    /**
     * Runs the plan.
     *
     * @throws UnreachableException if not one client could connect
     */
    Measurement run() throws UnreachableException, InterruptedException {
        long begin = ticker.nanoTime();
        connect();
        long ramp = ticker.nanoTime() - begin;
        Schedule schedule = Schedule.of(plan, ticker.nanoTime() + LEAD.toNanos());
        fleet.publish(schedule);
        warmUp(schedule);
        Sample before = sample();
        measure(schedule);
        Sample after = sample();
        drain();
        return new Measurement(schedule, ramp, before, after, fleet.finish());
    }

    private void connect() throws UnreachableException, InterruptedException {
        fleet.connect();
        Gauge clients =
                show("connect", "clients", new Gauge(Count.READY, 0, plan.load().clients()));
        pollWhile(Pulse::ramping, Long.MAX_VALUE, clients);
        if (fleet.pulse().counts().get(Count.READY) == 0) {
            Tally tally = fleet.finish().tally();
            throw new UnreachableException("no client could connect: " + tally.failures());
        }
    }

    private void warmUp(Schedule schedule) throws InterruptedException {
        if (schedule.warmup() > 0) {
            Gauge messages = show("warm up", "messages", new Gauge(Count.SENT, 0, schedule.warmup()));
            pollWhile(LoadRig::alive, schedule.measureFrom(), messages);
        }
        ticker.pauseUntil(schedule.measureFrom());
    }

    private void measure(Schedule schedule) throws InterruptedException {
        Gauge messages = show("measure", "messages", new Gauge(Count.SENT, schedule.warmup(), schedule.measured()));
        pollWhile(LoadRig::alive, schedule.end(), messages);
        long late = schedule.end() + plan.phases().grace().toNanos();
        pollWhile(pulse -> alive(pulse) && pulse.pacing(), late, messages);
    }

    private void drain() throws InterruptedException {
        long expected = fleet.pulse().rooms().expected();
        Gauge deliveries = show("drain", "deliveries", new Gauge(Count.DELIVERED, 0, expected));
        long deadline = ticker.nanoTime() + plan.phases().grace().toNanos();
        pollWhile(now -> alive(now) && !now.settled(plan.acknowledged()), deadline, deliveries);
        ticker.pauseUntil(ticker.nanoTime() + LINGER.toNanos());
        progress.close();
    }

    /** What a phase shows: a count less what it was before the phase, at most {@code max}. */
    private record Gauge(Count count, long base, long max) {
        long read(Pulse pulse) {
            return Math.max(0, Math.min(max, pulse.counts().get(count) - base));
        }
    }

    private Gauge show(String phase, String unit, Gauge gauge) {
        progress.phase(phase, unit, gauge.max());
        return gauge;
    }

    /** Shows the gauge until the condition fails or the deadline is reached. */
    private void pollWhile(Predicate<Pulse> condition, long deadline, Gauge gauge) throws InterruptedException {
        Pulse pulse = fleet.pulse();
        while (condition.test(pulse) && deadline - ticker.nanoTime() > 0) {
            progress.at(gauge.read(pulse));
            ticker.pauseUntil(Math.min(deadline, ticker.nanoTime() + POLL.toNanos()));
            pulse = fleet.pulse();
        }
        progress.at(gauge.read(pulse));
    }

    private static boolean alive(Pulse pulse) {
        return pulse.counts().get(Count.OPEN) > 0;
    }

    private Sample sample() {
        Pulse pulse = fleet.pulse();
        return new Sample(
                ticker.nanoTime(),
                pulse.counts().get(Count.DELIVERED),
                pulse.loopCpu(),
                PROCESS.getProcessCpuTime(),
                server.sample().orElse(null));
    }
}
