package io.magpie.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read of the fuzzer's log and what the report makes of it. */
class FuzzLogTest {
    private static final List<String> BEGIN = List.of(
            "INFO: Instrumented io.magpie.gateway.transport.FrameFuzz (took 357 ms, size +16%)",
            "INFO:       62 files found in src/test/resources/fuzz/frames",
            "#16\tpulse  cov: 1402 ft: 1537 corp: 12/121b exec/s: 2 rss: 548Mb",
            "#63\tINITED cov: 1678 ft: 2823 corp: 47/5455b exec/s: 7 rss: 548Mb",
            "#1052\tNEW    cov: 1690 ft: 2901 corp: 48/5Kb lim: 4096 exec/s: 150 rss: 549Mb L: 45/2125 MS: 1 CMP-",
            "#1100\tREDUCE cov: 1690 ft: 2901 corp: 48/5440b lim: 4096 exec/s: 157 rss: 549Mb L: 30/2125 MS: 1 EraseBytes-");

    private static final List<String> END = List.of(
            "#21852\tDONE   cov: 1702 ft: 3015 corp: 66/9Kb lim: 4096 exec/s: 1456 rss: 551Mb",
            "Done 21852 runs in 15 second(s)",
            "stat::number_of_executed_units: 21852",
            "stat::average_exec_per_sec:     1456");

    private static final List<String> CRASH = List.of(
            "== Java Exception: java.lang.AssertionError: [text is UTF-8] ",
            "\tat io.magpie.gateway.transport.FrameFuzz.checkSession(FrameFuzz.java:140)",
            "DEDUP_TOKEN: 47d2bea3b7a6e8a4",
            "== libFuzzer crashing input ==",
            "artifact_prefix='/home/me/target/fuzz/frames/'; Test unit written to /home/me/target/fuzz/frames/crash-da39a3ee",
            "stat::number_of_executed_units: 1233");

    @Test
    void tellsHowFarARunCame() {
        FuzzLog log = FuzzLog.parse(joined(BEGIN, END));

        assertThat(log.begin()).isEqualTo(new FuzzLog.Reach(1_678, 2_823, 47));
        assertThat(log.now()).isEqualTo(new FuzzLog.Reach(1_702, 3_015, 66));
        assertThat(log.executions()).isEqualTo(21_852);
        assertThat(log.complete()).isTrue();
        assertThat(log.findings()).isEmpty();
        assertThat(log.artifacts()).isEmpty();
    }

    @Test
    void tellsHowItStandsMeanwhile() {
        FuzzLog log = FuzzLog.parse(BEGIN);

        assertThat(log.now()).isEqualTo(new FuzzLog.Reach(1_690, 2_901, 48));
        assertThat(log.executions()).isEqualTo(1_100);
        assertThat(log.complete()).isFalse();
        assertThat(FuzzLog.parse(List.of()).now()).isEqualTo(FuzzLog.Reach.NOTHING);
    }

    @Test
    void tellsWhatBrokeAndByWhat() {
        FuzzLog log = FuzzLog.parse(joined(BEGIN, CRASH));

        assertThat(log.findings()).containsExactly("java.lang.AssertionError: [text is UTF-8] ");
        assertThat(log.artifacts()).containsExactly("/home/me/target/fuzz/frames/crash-da39a3ee");
        assertThat(log.executions()).isEqualTo(1_233);
        assertThat(log.complete()).isFalse();
    }

    @Test
    void findsInputsThatTakeTooLong() {
        FuzzLog log = FuzzLog.parse(joined(
                BEGIN,
                List.of("==4711== ERROR: libFuzzer: timeout after 10 seconds", "Done 1100 runs in 11 second(s)")));

        assertThat(log.findings()).containsExactly("ERROR: libFuzzer: timeout after 10 seconds");
        assertThat(log.complete()).isFalse();
    }

    @Test
    void reportsARowForEachTargetAndWhatWasFound() {
        FuzzRun.Outcome whole = outcome(FuzzTarget.FRAMES, 0, joined(BEGIN, END));
        FuzzRun.Outcome broken = outcome(FuzzTarget.PROXY_HEADER, 77, joined(BEGIN, CRASH));
        FuzzRun.Outcome early = outcome(FuzzTarget.TOKENS, 1, BEGIN);

        String text = new FuzzReport(List.of(whole, broken, early)).text();

        assertThat(text)
                .contains("| frames | 20 | 21,852 | 1,092 | 1,678 | 1,702 | 2,823 | 3,015 | 47 | 66 | nothing |\n")
                .contains("| proxy-header | 20 | 1,233 | 61 | 1,678 | 1,690 | 2,823 | 2,901 | 47 | 48 | 1 |\n")
                .contains("| 48 | stopped early |\n")
                .contains("## proxy-header\n\nExit code 77;")
                .contains("* `java.lang.AssertionError: [text is UTF-8] `\n")
                .contains("* the input: `/home/me/target/fuzz/frames/crash-da39a3ee`\n")
                .doesNotContain("## frames");
    }

    private static FuzzRun.Outcome outcome(FuzzTarget target, int exitCode, List<String> lines) {
        return new FuzzRun.Outcome(target, Duration.ofSeconds(20), exitCode, FuzzLog.parse(lines));
    }

    private static List<String> joined(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }
}
