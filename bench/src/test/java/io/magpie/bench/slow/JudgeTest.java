package io.magpie.bench.slow;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.gateway.GatewayProcess;
import io.magpie.bench.measure.Check;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private final Timeline timeline = SlowPlans.timeline(100, 1, 1, 1, 1);
    private final SlowPlan stopped = SlowPlans.plan(Scenario.STOPPED, timeline);
    private final SlowPlan never = SlowPlans.plan(Scenario.NEVER, timeline);
    private final SlowResult good = SlowPlans.flawless();

    @Test
    void aFlawlessRunPasses() {
        assertThat(failures(stopped, good)).isEmpty();
        assertThat(failures(never, good)).isEmpty();
    }

    @Test
    void whatWasAlreadyThereOrComesLaterIsNoGrowth() {
        assertThat(Judge.growth(timeline, good.samples(), MemorySample::rss)).isEqualTo(5 * SlowPlans.MEBI);
        assertThat(Judge.growth(timeline, good.samples(), MemorySample::direct)).isEqualTo(SlowPlans.MEBI);
    }

    @Test
    void memoryThatGrowsBeyondTheBoundFails() {
        SlowResult grown = with(
                good,
                List.of(
                        SlowPlans.sample(1.5, 300 * SlowPlans.MEBI, 0),
                        SlowPlans.sample(2.5, 340 * SlowPlans.MEBI, 40 * SlowPlans.MEBI)));
        assertThat(failures(stopped, grown))
                .containsExactly(
                        "resident memory stayed flat while some didn't read",
                        "direct memory stayed flat while some didn't read");
        assertThat(failures(never, grown)).isEmpty();
    }

    @Test
    void aRisingP99OfTheOthersFails() {
        Map<Phase, SlowResult.Latency> latencies = new EnumMap<>(good.latencies());
        latencies.put(Phase.AFTER, SlowPlans.latency(12.5));
        SlowResult slower = new SlowResult(
                good.counts(),
                good.missing(),
                good.distinct(),
                good.closes(),
                good.catchUp(),
                latencies,
                good.p99Seconds(),
                good.lagP99Millis(),
                good.samples(),
                good.server(),
                good.witnesses());
        assertThat(failures(stopped, slower)).containsExactly("the others' p99, catching up");
    }

    @Test
    void memoryThatNobodyMeasuredIsNotFlat() {
        assertThat(failures(stopped, with(good, List.of())))
                .containsExactly(
                        "resident memory stayed flat while some didn't read",
                        "direct memory stayed flat while some didn't read");
    }

    @Test
    void aGapOrAMissingMessageFails() {
        Map<Account.Count, Long> counts = new EnumMap<>(good.counts());
        counts.put(Account.Count.GAPS, 1L);
        assertThat(failures(stopped, with(good, counts, new SlowResult.Missing(0, 0))))
                .containsExactly("every member got every message once and in order");
        assertThat(failures(stopped, with(good, good.counts(), new SlowResult.Missing(0, 3))))
                .containsExactly("every member got every message once and in order");
        assertThat(failures(never, with(good, good.counts(), new SlowResult.Missing(0, 3))))
                .isEmpty();
        assertThat(failures(never, with(good, good.counts(), new SlowResult.Missing(1, 3))))
                .containsExactly("who reads got every message once, in order");
    }

    @Test
    void closingASlowReaderFailsUnlessItNeverReads() {
        SlowResult closed = with(good, new SlowResult.Closes(Map.of(), Map.of("4003 reads too slowly", 5), 5));
        assertThat(failures(stopped, closed)).containsExactly("nobody was closed");
        assertThat(failures(never, closed)).isEmpty();
        SlowResult wrong = with(good, new SlowResult.Closes(Map.of("4003 reads too slowly", 1), Map.of(), 1));
        assertThat(failures(never, wrong)).containsExactly("nobody who reads was closed");
    }

    @Test
    void aDeadServerOrABadLineInItsLogFails() {
        assertThat(failures(never, with(good, new SlowResult.Server(false, "", 0))))
                .hasSize(1);
        assertThat(failures(never, with(good, new SlowResult.Server(true, "OutOfMemoryError", 0))))
                .hasSize(1);
        assertThat(GatewayProcess.isFault("12:00 ERROR [loop] x")).isTrue();
        assertThat(GatewayProcess.isFault("java.lang.OutOfMemoryError: Java heap space"))
                .isTrue();
        assertThat(GatewayProcess.isFault("12:00 INFO  [main] gateway.started")).isFalse();
    }

    private static List<String> failures(SlowPlan plan, SlowResult result) {
        return Judge.judge(plan, result).stream()
                .filter(check -> !check.holds())
                .map(Check::what)
                .toList();
    }

    private static SlowResult with(SlowResult base, List<MemorySample> samples) {
        return with(base, base.counts(), base.missing(), base.closes(), samples, base.server());
    }

    private static SlowResult with(SlowResult base, Map<Account.Count, Long> counts, SlowResult.Missing missing) {
        return with(base, counts, missing, base.closes(), base.samples(), base.server());
    }

    private static SlowResult with(SlowResult base, SlowResult.Closes closes) {
        return with(base, base.counts(), base.missing(), closes, base.samples(), base.server());
    }

    private static SlowResult with(SlowResult base, SlowResult.Server server) {
        return with(base, base.counts(), base.missing(), base.closes(), base.samples(), server);
    }

    private static SlowResult with(
            SlowResult base,
            Map<Account.Count, Long> counts,
            SlowResult.Missing missing,
            SlowResult.Closes closes,
            List<MemorySample> samples,
            SlowResult.Server server) {
        return new SlowResult(
                counts,
                missing,
                base.distinct(),
                closes,
                base.catchUp(),
                base.latencies(),
                base.p99Seconds(),
                base.lagP99Millis(),
                samples,
                server,
                base.witnesses());
    }
}
