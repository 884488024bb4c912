package io.magpie.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Measurements for tests: clean ones, to which a test adds a fault. */
final class Runs {
    static final long SECOND = 1_000_000_000;

    final Counts counts = new Counts();
    final Tags failures = new Tags();
    final Tags errors = new Tags();
    final Tags closes = new Tags();
    final LatencyRecorder recorder = new LatencyRecorder();
    long lagNanos = 50_000;
    long loopCpu = SECOND;
    ServerProbe.@Nullable Sample serverBefore;
    ServerProbe.@Nullable Sample serverAfter;

    /** Of {@link Plans#small}: 10 + 20 messages, two members in each room. */
    Runs() {
        counts.add(Count.READY, 4);
        counts.add(Count.SENT, 30);
        counts.add(Count.SENT_MEASURED, 20);
        counts.add(Count.ACKNOWLEDGED, 30);
        counts.add(Count.EXPECTED, 60);
        counts.add(Count.DELIVERED, 60);
    }

    Measurement measurement() {
        Schedule schedule = new Schedule(0, 10, 10, 20);
        recorder.measureFrom(schedule.measureFrom());
        for (int i = 10; i < 30; i++) {
            recorder.sent(schedule.intended(i), schedule.intended(i) + lagNanos);
            recorder.delivered(schedule.intended(i), schedule.intended(i) + i * 1_000_000L);
            recorder.delivered(schedule.intended(i), schedule.intended(i) + i * 1_000_000L);
        }
        Sample before = new Sample(SECOND, 20, List.of(0L), 0, serverBefore);
        Sample after = new Sample(3 * SECOND, 60, List.of(loopCpu), loopCpu, serverAfter);
        Tally tally = new Tally(counts, failures, errors, closes, List.of("client 1 in room 1: seq 3 came again"));
        FleetResult result = new FleetResult(tally, recorder.deliveries(), recorder.lags(), recorder.lastSent());
        return new Measurement(schedule, SECOND / 2, before, after, result);
    }
}
