package io.magpie.bench.idle;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.Environment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class IdleReportTest {
    private static final String JDK_25 = "OpenJDK 64-Bit Server VM version 25.0.3+9-LTS";
    private static final Wss WSS = new Wss("OPENSSL_REFCNT", "TLSv1.3 TLS_AES_128_GCM_SHA256");

    @Test
    void dividesTheGrowthByTheSessions() {
        IdleReport report = report(JDK_25, 2_000);
        assertThat(report.perSession()).isEqualTo(new IdleReport.PerSession(2_000, 5, 2_100, 10, 4_000, 4_020, null));
        assertThat(report.met()).isTrue();
    }

    @Test
    void wantsLessHeapWhereHeadersAreCompact() {
        assertThat(report(JDK_25, 3_300).met()).isFalse();
        assertThat(report("OpenJDK 64-Bit Server VM version 17.0.15+6", 3_300).met())
                .isTrue();
        assertThat(report("OpenJDK 64-Bit Server VM version 17.0.15+6", 3_700).met())
                .isFalse();
    }

    @Test
    void printsTargetsAndClasses() {
        StringWriter text = new StringWriter();
        IdleText.print(report("version 25.0.3", 2_000), 1, new PrintWriter(text));
        assertThat(text.toString())
                .contains("live heap per session: 1.95 KiB, target 3.00 KiB, met")
                .contains("RSS per session: 3.91 KiB, target 6.00 KiB, met")
                .contains(" 2000     5.00  Session");
    }

    @Test
    void writesAPartOfADocumentBetweenItsMarkers() {
        assertThat(IdleText.markdown(report("version 25.0.3", 2_000), 25))
                .startsWith("<!-- idle:begin -->\n")
                .endsWith("<!-- idle:end -->\n")
                .contains("| live heap per session | 1.95 KiB | ≤ 3.00 KiB | met |")
                .contains("| 2000 | 5.00 | `Session` |");
    }

    @Test
    void hasNoTargetsOverWss() {
        IdleReport report = secure(OptionalLong.of(500), OptionalLong.of(500 + 614_400));
        assertThat(report.targets()).isEmpty();
        assertThat(report.met()).isTrue();
        assertThat(report.perSession().nativeHeap()).isEqualTo(6_144);
    }

    @Test
    void saysWhichTlsItWas() {
        IdleReport report = secure(OptionalLong.of(500), OptionalLong.of(500 + 614_400));
        StringWriter text = new StringWriter();
        IdleText.print(report, 1, new PrintWriter(text));
        assertThat(text.toString())
                .contains(", wss: TLSv1.3 TLS_AES_128_GCM_SHA256 by BoringSSL\n")
                .contains("native memory per session: 6.00 KiB\n")
                .contains("RSS is what tells")
                .doesNotContain("target 3.00 KiB");
        assertThat(IdleText.markdown(report, 25))
                .startsWith("<!-- idle-wss:begin -->\n")
                .endsWith("<!-- idle-wss:end -->\n")
                .contains(", wss: TLSv1.3 TLS_AES_128_GCM_SHA256 by BoringSSL; ")
                .contains("| live heap | 9.77 KiB |\n| RSS | 3.91 KiB |\n| native memory | 6.00 KiB |")
                .contains("RSS is what tells");
        assertThat(new Wss("JDK", "TLSv1.3 TLS_AES_256_GCM_SHA384").title()).endsWith(" by the JDK");
    }

    @Test
    void saysThatAJvmCannotTellItsNativeMemory() {
        IdleReport report = secure(OptionalLong.empty(), OptionalLong.empty());
        assertThat(report.perSession().nativeHeap()).isNull();
        assertThat(IdleText.markdown(report, 25)).contains("| native memory | this JVM can't tell |");
    }

    private static IdleReport report(String jdk, long each) {
        return report(jdk, each, Tls.NONE, OptionalLong.empty(), OptionalLong.empty());
    }

    private static IdleReport secure(OptionalLong nativeBefore, OptionalLong nativeWith) {
        return report(JDK_25, 10_000, Tls.AUTO, nativeBefore, nativeWith);
    }

    private static IdleReport report(
            String jdk, long each, Tls tls, OptionalLong nativeBefore, OptionalLong nativeWith) {
        ClassHistogram none = new ClassHistogram(Map.of("Other", new ClassHistogram.Row(1, 50)));
        ClassHistogram sessions = new ClassHistogram(
                Map.of("Other", new ClassHistogram.Row(1, 50), "Session", new ClassHistogram.Row(500, 100 * each)));
        Snapshot before = new Snapshot(none, none.bytes(), 1_000, 2_000, 3_000, nativeBefore);
        long heapUsed = 1_000 + 100 * (each + 100);
        Snapshot with = new Snapshot(sessions, sessions.bytes(), heapUsed, 2_000 + 1_000, 3_000 + 400_000, nativeWith);
        Environment environment = Environment.collect(Path.of("/proc/cpuinfo"), Instant.EPOCH);
        IdlePlan plan = new IdlePlan(100, 10, 2, tls, Duration.ZERO, Map.of(), "");
        IdleRun.Result result =
                new IdleRun.Result(1_000, before, with, tls.secure() ? Optional.of(WSS) : Optional.empty());
        return IdleReport.of(plan, environment, jdk, result);
    }
}
