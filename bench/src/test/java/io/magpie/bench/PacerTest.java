package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacerTest {
    private static final long MILLI = 1_000_000;

    private record Sent(long turn, long intended, long now) {}

    private final List<Sent> sent = new ArrayList<>();
    private long now;

    @Test
    void sendsNothingBeforeItsTime() {
        Pacer pacer = pacer(new Schedule(5 * MILLI, 1000, 0, 3), 0, 1);
        assertThat(pacer.runDue()).isEqualTo(5 * MILLI);
        assertThat(sent).isEmpty();
        now = 5 * MILLI;
        assertThat(pacer.runDue()).isEqualTo(MILLI);
        assertThat(sent).containsExactly(new Sent(0, 5 * MILLI, 5 * MILLI));
    }

    @Test
    void isDoneAfterTheLastMessage() {
        Pacer pacer = pacer(new Schedule(0, 1000, 1, 2), 0, 1);
        now = 3 * MILLI;
        assertThat(pacer.runDue()).isEqualTo(Pacer.DONE);
        assertThat(pacer.runDue()).isEqualTo(Pacer.DONE);
        assertThat(sent).hasSize(3);
    }

    @Test
    void keepsIntendedTimesWhenItIsLate() {
        Pacer pacer = pacer(new Schedule(0, 1000, 0, 100), 0, 1);
        now = 50 * MILLI;
        assertThat(pacer.runDue()).isEqualTo(MILLI);
        assertThat(sent).hasSize(51).allMatch(message -> message.now() == 50 * MILLI);
        assertThat(sent)
                .extracting(Sent::intended)
                .startsWith(0L, MILLI, 2 * MILLI)
                .endsWith(50 * MILLI);
    }

    @Test
    void returnsToTheLoopWhileCatchingUp() {
        Pacer pacer = pacer(new Schedule(0, 1000, 0, 1000), 0, 1);
        now = 600 * MILLI;
        assertThat(pacer.runDue()).isZero();
        assertThat(sent).hasSize(Pacer.BURST);
        assertThat(pacer.runDue()).isZero();
        assertThat(pacer.runDue()).isEqualTo(MILLI);
        assertThat(sent).hasSize(601);
    }

    @Test
    void sharesTheScheduleAmongLoops() {
        Schedule schedule = new Schedule(0, 1000, 0, 7);
        now = 10 * MILLI;
        assertThat(pacer(schedule, 0, 3).runDue()).isEqualTo(Pacer.DONE);
        assertThat(pacer(schedule, 1, 3).runDue()).isEqualTo(Pacer.DONE);
        assertThat(pacer(schedule, 2, 3).runDue()).isEqualTo(Pacer.DONE);
        assertThat(sent)
                .extracting(message -> message.intended() / MILLI)
                .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(sent).extracting(Sent::turn).containsExactly(0L, 1L, 2L, 0L, 1L, 0L, 1L);
    }

    @Test
    void chargesAStallOfTheServerToEveryMessageThatWaited() {
        // The server answers at once, but stalls from 100 ms to 200 ms; a closed loop would see one slow message.
        LatencyRecorder recorder = new LatencyRecorder();
        recorder.measureFrom(0);
        Schedule schedule = new Schedule(0, 1000, 0, 1000);
        Pacer pacer =
                new Pacer(schedule, 0, 1, () -> now, (turn, intended, time) -> recorder.delivered(intended, time));
        while (pacer.runDue() != Pacer.DONE) {
            now += now == 100 * MILLI ? 100 * MILLI : MILLI;
        }
        assertThat(recorder.deliveries().getTotalCount()).isEqualTo(1000);
        long slow = recorder.deliveries().getCountBetweenValues(10 * MILLI, 100 * MILLI);
        assertThat(slow).isBetween(89L, 91L);
    }

    @Test
    void measuresFromTheFirstMessageAfterTheWarmUp() {
        BenchPlan plan = Plans.plan(
                Plans.target(io.magpie.protocol.Encoding.JSON),
                Plans.load(1, 1, 3),
                Plans.phases(Duration.ofMillis(500), Duration.ofSeconds(1)));
        Schedule schedule = Schedule.of(plan, 7);
        assertThat(schedule.warmup()).isEqualTo(1);
        assertThat(schedule.measured()).isEqualTo(3);
        assertThat(schedule.total()).isEqualTo(4);
        assertThat(schedule.measureFrom()).isEqualTo(schedule.intended(1));
        assertThat(schedule.end()).isEqualTo(7 + 5_000 * MILLI / 3);
    }

    @Test
    void raisesTheRateEvenlyWhileWarmingUp() {
        Schedule schedule = new Schedule(0, 1000, 500, 100);
        assertThat(schedule.intended(0)).isZero();
        assertThat(schedule.intended(125)).isEqualTo(500 * MILLI);
        assertThat(schedule.intended(500)).isEqualTo(1000 * MILLI);
        assertThat(schedule.intended(500) - schedule.intended(499)).isBetween(MILLI, MILLI + MILLI / 100);
        assertThat(schedule.intended(501) - schedule.intended(500)).isEqualTo(MILLI);
        assertThat(schedule.end()).isEqualTo(1100 * MILLI);
    }

    @Test
    void measuresOneMessageAtLeast() {
        BenchPlan plan = Plans.plan(
                Plans.target(io.magpie.protocol.Encoding.JSON),
                Plans.load(1, 1, 0.01),
                Plans.phases(Duration.ZERO, Duration.ofSeconds(1)));
        assertThat(Schedule.of(plan, 0)).isEqualTo(new Schedule(0, 0.01, 0, 1));
    }

    private Pacer pacer(Schedule schedule, int loop, int loops) {
        return new Pacer(
                schedule, loop, loops, () -> now, (turn, intended, time) -> sent.add(new Sent(turn, intended, time)));
    }
}
