package io.magpie.bench.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.measure.Check;
import io.magpie.bench.reconnect.RollingResult.Restart;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RollingJudgeTest {
    private static final String CONNECTED =
            "everybody was connected at the beginning, after each restart and at the end";
    private static final String PEAK = "reconnects in any second are at most twice the average";
    private static final String SLOTS = "nobody was let go before its time, or without knowing it";
    private static final String ENDED = "each process ended by itself with 0 within the drain and 5 s";
    private static final String NOT_READY = "each process said at once that it isn't ready";
    private static final String CODES = "connections were closed with 1012 and with nothing else";

    private final Restart second = Samples.restart("B", 100, Samples.even(100), Samples.ORDERLY);

    @Test
    void evenRestartsPass() {
        assertThat(failures(Samples.evenRestarts())).isEmpty();
        assertThat(Samples.evenRestarts().restarts().get(1).peakToAverage()).isEqualTo(1);
    }

    @Test
    void aCrowdInOneSecondFails() {
        long[] crowd = LongStream.range(0, 100)
                .map(client -> client < 30 ? 4_500 : client * 100)
                .toArray();
        assertThat(failures(Samples.restart("A", 100, Samples.moved(crowd), Samples.ORDERLY)))
                .containsExactly(PEAK);
    }

    @Test
    void whoIsClosedEarlyOrUntoldFails() {
        Window early = Samples.even(100);
        early.told(Samples.nanos(-500));
        assertThat(failures(Samples.restart("A", 100, early, Samples.ORDERLY))).containsExactly(SLOTS);
        Window untold = Samples.even(100);
        untold.untold();
        assertThat(failures(Samples.restart("A", 100, untold, Samples.ORDERLY))).containsExactly(SLOTS);
    }

    @Test
    void anotherCodeFails() {
        Window kicked = Samples.even(100);
        kicked.closed("1006 no close frame");
        assertThat(failures(Samples.restart("A", 100, kicked, Samples.ORDERLY))).containsExactly(CODES);
    }

    @Test
    void whoIsRefusedFails() {
        Window refused = Samples.even(100);
        refused.refused("1006 HTTP/1.1 503 Service Unavailable");
        assertThat(failures(Samples.restart("A", 100, refused, Samples.ORDERLY)))
                .containsExactly("nobody was refused by the one that stayed");
    }

    @Test
    void aProcessThatEndsLateOrBadlyFails() {
        assertThat(failures(ending(5, 15_001, 0))).containsExactly(ENDED);
        assertThat(failures(ending(5, 10_000, 143))).containsExactly(ENDED);
        assertThat(failures(ending(5, 25_000, Site.KILLED))).containsExactly(ENDED);
        assertThat(failures(ending(101, 10_000, 0))).containsExactly(NOT_READY);
        assertThat(failures(ending(-1, 10_000, 0))).containsExactly(NOT_READY);
    }

    @Test
    void whoIsMissingInTheEndFails() {
        RollingResult good = Samples.evenRestarts();
        assertThat(failures(new RollingResult(
                        100, good.restarts(), good.calm(), good.between(), 99, true, Samples.NO_FAULTS, List.of())))
                .containsExactly(CONNECTED);
    }

    @Test
    void aLostMessageFails() {
        Book.Faults lost = new Book.Faults(1, 0, 0, 0, 0, List.of());
        assertThat(failures(Samples.rollingResult(Samples.evenRestarts().restarts(), lost)))
                .containsExactly("nothing that was answered ok is lost");
    }

    private static Restart ending(long notReady, long ended, int exit) {
        return Samples.restart("A", 50, Samples.even(50), new Site.Ending(notReady, ended, exit));
    }

    private List<String> failures(Restart first) {
        return failures(Samples.rollingResult(List.of(first, second), Samples.NO_FAULTS));
    }

    private static List<String> failures(RollingResult result) {
        return RollingJudge.judge(Samples.rolling(2), result).stream()
                .filter(check -> !check.holds())
                .map(Check::what)
                .toList();
    }
}
