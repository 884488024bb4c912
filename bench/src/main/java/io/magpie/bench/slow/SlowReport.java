package io.magpie.bench.slow;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.magpie.bench.measure.Check;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A run's plan, environment, figures and verdict; printed, and written as files.
 *
 * @param environment where it took place
 */
record SlowReport(
        Map<String, Object> options,
        Map<String, String> environment,
        boolean ok,
        List<Check> checks,
        SlowResult result) {
    private static final double MEBI = 1 << 20;

    /** The verdict on a result. */
    static SlowReport of(SlowPlan plan, Map<String, String> environment, SlowResult result) {
        List<Check> checks = Judge.judge(plan, result);
        return new SlowReport(plan.options(), environment, checks.stream().allMatch(Check::holds), checks, result);
    }

    /** For a terminal. */
    void print(PrintWriter out) {
        out.printf(
                "%n%-14s %12s %9s %9s %12s %9s %8s %8s %8s%n",
                "phase", "deliveries", "p50 ms", "p99 ms", "median p99", "max ms", "server", "bench", "others");
        for (Phase phase : Phase.values()) {
            SlowResult.Latency latency = result.latencies().get(phase);
            if (latency != null && latency.deliveries() > 0) {
                out.printf(
                        Locale.ROOT,
                        "%-14s %,12d %9.2f %9.2f %12.2f %9.2f %8.2f %8.2f %8.2f%n",
                        phase.title(),
                        latency.deliveries(),
                        latency.p50(),
                        latency.p99(),
                        latency.p99Median(),
                        latency.max(),
                        latency.serverCores(),
                        latency.benchCores(),
                        latency.otherCores());
            }
        }
        out.printf("(latency of members that read all the time; the last three in cores, others: what else the machine"
                + " does)%n%n");
        checks.forEach(check -> out.printf("%-5s %s: %s%n", check.holds() ? "ok" : "FAIL", check.what(), check.seen()));
        result.witnesses().forEach(witness -> out.printf("      - %s%n", witness));
        out.printf("verdict %s%n", ok ? "OK" : "FAIL");
        out.flush();
    }

    /**
     * Writes {@code slow-SCENARIO.json}, the picture and {@code docs-fragment.md} into a directory.
     *
     * @param timeline for the picture
     */
    void write(Path directory, String scenario, Timeline timeline) throws IOException {
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(directory.resolve("slow-" + scenario + ".json").toFile(), this);
        String picture = "slow-" + scenario + ".png";
        MemoryPicture.write(directory.resolve(picture), timeline, result);
        Files.writeString(directory.resolve("docs-fragment.md"), fragment(picture, timeline));
    }

    /** For a page of the documentation. */
    String fragment(String picture, Timeline timeline) {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "| phase | p50 ms | p99 ms | median of the seconds' p99 | server, cores | RSS, highest MiB | direct,"
                        + " highest MiB |");
        line(text, "|---|---|---|---|---|---|---|");
        for (Phase phase : Phase.values()) {
            SlowResult.Latency latency = result.latencies().get(phase);
            if (latency != null && latency.deliveries() > 0) {
                line(
                        text,
                        "| %s | %.2f | %.2f | %.2f | %.2f | %.0f | %.1f |",
                        phase.title(),
                        latency.p50(),
                        latency.p99(),
                        latency.p99Median(),
                        latency.serverCores(),
                        Judge.highest(timeline, result.samples(), phase, MemorySample::rss) / MEBI,
                        Judge.highest(timeline, result.samples(), phase, MemorySample::direct) / MEBI);
            }
        }
        line(text, "");
        for (Check check : checks) {
            line(text, "- %s **%s**: %s", check.holds() ? "✓" : "✗", check.what(), check.seen());
        }
        line(text, "");
        line(text, "![Memory of the server and p99 of the members that read](%s)", picture);
        line(text, "");
        line(text, "%s", String.join("; ", environment.values()));
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
