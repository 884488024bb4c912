package io.magpie.gateway.transport;

import io.magpie.gateway.config.OverloadConfig;
import io.magpie.gateway.support.Meters;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether the process has more to do than it can. Event loops report once a second; who admits newcomers asks. A long
 * pause of the process is no overload: one late task says nothing. Any thread.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Overload {
    /** Samples of the heap that must all be high: with G1, which {@code ./magpie} asks for, a collection between them lowers one. */
    private static final int HEAP_SAMPLES = 5;

    private static final int LATE_IN_A_ROW = 2;

    /** What is too much. */
    public enum Signal {
        /** What waits for slow readers. */
        OUTBOUND,
        /** What buffers take. */
        DIRECT_MEMORY,
        HEAP,
        /** An event loop is late, again and again. */
        LOOP_LAG
    }

    /**
     * What there is of memory, in bytes; below 0 what can't be known.
     *
     * @param directUsed of buffers
     */
    public record Memory(long directUsed, long directMax, long heapUsed, long heapMax) {}

    private final OverloadConfig config;
    private final long budget;
    private final Map<Signal, AtomicLong> signals;
    private final Counter shed;
    private final AtomicLong queued = new AtomicLong();
    private final AtomicInteger lateLoops = new AtomicInteger();
    private final AtomicInteger heapSamples = new AtomicInteger();

    /** @param directMax the most that buffers may take, in bytes */
    public Overload(OverloadConfig config, long directMax, MeterRegistry registry) {
        this.config = config;
        this.budget = config.outbound().bytes() > 0 ? config.outbound().bytes() : Math.max(1, directMax / 4);
        Meters meters = new Meters(registry);
        this.signals = Meters.byEnum(
                Signal.class,
                signal -> meters.gauge(
                        "magpie.overloaded",
                        "1 while newcomers are refused for this reason.",
                        "reason",
                        signal.name().toLowerCase(Locale.ROOT)));
        this.shed = meters.counter(
                "magpie.overload.shed", "Slow readers that were let go because too much waited for all of them.");
    }

    /** Why newcomers are refused now, if they are. */
    Optional<Signal> signal() {
        return Arrays.stream(Signal.values())
                .filter(signal -> Meters.of(signals, signal).get() > 0)
                .findFirst();
    }

    /**
     * What waits for the slow readers of a loop has changed.
     *
     * @return if what waits for all exceeds the budget, how many bytes are to go, so that there is some room again; else 0
     */
    long queued(long change) {
        long now = queued.addAndGet(change);
        boolean over = now > budget;
        set(Signal.OUTBOUND, over);
        return over ? now - budget / 5 * 3 : 0;
    }

    /** Bytes that wait for all slow readers. */
    long queued() {
        return queued.get();
    }

    /** Slow readers were let go. */
    void shed(int readers) {
        shed.increment(readers);
    }

    /**
     * The once-a-second task of a loop was late.
     *
     * @param before how often in a row it was before
     * @return how often it is now, for the next time
     */
    int late(long nanos, int before) {
        boolean late = !config.loopLag().isZero() && nanos > config.loopLag().toNanos();
        int now = late ? Math.min(before + 1, LATE_IN_A_ROW) : 0;
        int change = (now >= LATE_IN_A_ROW ? 1 : 0) - (before >= LATE_IN_A_ROW ? 1 : 0);
        if (change != 0) {
            set(Signal.LOOP_LAG, lateLoops.addAndGet(change) > 0);
        }
        return now;
    }

    /** Memory was looked at. Called by one thread, once a second. */
    void sample(Memory memory) {
        set(Signal.DIRECT_MEMORY, above(config.directMemory(), memory.directUsed(), memory.directMax()));
        boolean high = above(config.heap(), memory.heapUsed(), memory.heapMax());
        int samples = high ? Math.min(HEAP_SAMPLES, heapSamples.get() + 1) : 0;
        heapSamples.set(samples);
        set(Signal.HEAP, samples == HEAP_SAMPLES);
    }

    private void set(Signal signal, boolean on) {
        Meters.of(signals, signal).set(on ? 1 : 0);
    }

    private static boolean above(int percent, long used, long most) {
        return percent > 0 && most > 0 && used > most / 100 * percent;
    }
}
