package io.magpie.bench;

import io.magpie.bench.Report.Percentiles;
import java.io.PrintWriter;
import java.util.Locale;

/** Prints a report on one screen. */
final class Summary {
    private static final double MEBI = 1 << 20;
    private static final int PERCENT = 100;

    private final Report report;
    private final PrintWriter out;

    private Summary(Report report, PrintWriter out) {
        this.report = report;
        this.out = out;
    }

    /** Prints {@code report}. */
    static void print(Report report, PrintWriter out) {
        Summary summary = new Summary(report, out);
        summary.plan();
        summary.traffic();
        summary.costs();
        summary.verdict();
        out.flush();
    }

    private void plan() {
        BenchPlan plan = report.options();
        line(
                "target",
                "%s in %s mode",
                plan.target().url(),
                plan.target().mode().name().toLowerCase(Locale.ROOT));
        line(
                "load",
                "%,d clients in %,d rooms, %,.0f messages/s of %,d bytes by %,d publishers for %s",
                plan.load().clients(),
                plan.load().rooms(),
                plan.load().rate(),
                plan.load().size(),
                plan.load().publishers(),
                plan.phases().duration().toString().substring(2).toLowerCase(Locale.ROOT));
    }

    private void traffic() {
        line("connected", "%,d in %.1f s", count(Count.READY), report.rates().connectSeconds());
        line("sent", "%,d (%,.1f/s)%s", count(Count.SENT), report.rates().sent(), acknowledged());
        line(
                "delivered",
                "%,d of %,d (%,.0f/s), lost %,d, duplicated %,d, out of order %,d",
                count(Count.DELIVERED),
                count(Count.EXPECTED),
                report.rates().deliveries(),
                count(Count.LOST),
                count(Count.DUPLICATED),
                count(Count.OUT_OF_ORDER));
        Percentiles latency = report.latencyMillis();
        line(
                "latency ms",
                "p50 %.3f  p90 %.3f  p99 %.3f  p99.9 %.3f  max %.3f",
                latency.p50(),
                latency.p90(),
                latency.p99(),
                latency.p999(),
                latency.max());
    }

    private void costs() {
        Report.Server server = report.server();
        if (server != null) {
            line(
                    "server",
                    "%.1f %% of a core, %.2f µs CPU per delivery, RSS %.0f MiB (peak %.0f)",
                    PERCENT * server.cpuCores(),
                    server.cpuMicrosPerDelivery(),
                    server.rssBytes() / MEBI,
                    server.peakRssBytes() / MEBI);
        }
        Report.Bench bench = report.bench();
        line(
                "bench",
                "%.1f %% of a core, busiest loop %.0f %%, lag ms p50 %.3f  p99 %.3f  max %.3f",
                PERCENT * bench.cpuCores(),
                PERCENT * bench.busiestLoop(),
                bench.lagMillis().p50(),
                bench.lagMillis().p99(),
                bench.lagMillis().max());
    }

    private void verdict() {
        line("verdict", "%s", report.verdict());
        report.reasons().forEach(reason -> line("", "- %s", reason));
        if (!report.witnesses().isEmpty()) {
            line("witnesses", "%s", "the first " + report.witnesses().size());
            report.witnesses().forEach(witness -> line("", "- %s", witness));
        }
    }

    private String acknowledged() {
        return report.options().acknowledged()
                ? String.format(Locale.ROOT, ", acknowledged %,d", count(Count.ACKNOWLEDGED))
                : "";
    }

    private long count(Count count) {
        return report.counts().get(count);
    }

    private void line(String name, String format, Object... values) {
        out.printf(Locale.ROOT, "%-11s %s%n", name, String.format(Locale.ROOT, format, values));
    }
}
