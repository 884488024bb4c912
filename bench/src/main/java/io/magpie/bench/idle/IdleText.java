package io.magpie.bench.idle;

import io.magpie.bench.Environment;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints a report as text, and as a part of a Markdown document. */
final class IdleText {
    private static final double LEAST_SHARE = 0.05;

    private static final String BEYOND_COUNTERS = "What BoringSSL allocates is in no counter of the JVM: RSS is what"
            + " tells, and native memory, which is what the C library has handed out. The targets are those of ws.";

    private IdleText() {}

    /**
     * Prints the report.
     *
     * @param top how many classes are listed
     */
    static void print(IdleReport report, int top, PrintWriter out) {
        IdlePlan plan = report.options();
        IdleReport.PerSession each = report.perSession();
        out.printf(
                Locale.ROOT,
                "idle sessions: %,d in %,d rooms, %d event loop(s), server on %s%s%n",
                plan.sessions(),
                plan.rooms(),
                plan.loops(),
                report.serverJdk(),
                over(report));
        out.printf(
                Locale.ROOT,
                "per session: live heap %s in %.1f objects (as the collector counts: %s), direct memory %s, RSS %s;"
                        + " RSS since the server started, code and all: %s%n",
                IdleReport.kib(each.live()),
                each.objects(),
                IdleReport.kib(each.heapUsed()),
                IdleReport.kib(each.direct()),
                IdleReport.kib(each.rss()),
                IdleReport.kib(each.rssSinceStart()));
        for (IdleReport.Target target : report.targets()) {
            out.printf("%s: %s, target %s, %s%n", target.what(), measured(target), limit(target), verdict(target));
        }
        if (report.wss() != null) {
            out.printf("native memory per session: %s%n%s%n", nativeMemory(each), BEYOND_COUNTERS);
        }
        out.printf("%nbytes  objects  class (per session, growth since the baseline)%n");
        for (ClassHistogram.Share share : largest(report, top)) {
            out.printf(Locale.ROOT, "%5.0f  %7.2f  %s%n", share.bytes(), share.instances(), share.type());
        }
        double rest = each.live()
                - largest(report, top).stream()
                        .mapToDouble(ClassHistogram.Share::bytes)
                        .sum();
        out.printf(Locale.ROOT, "%5.0f           all others%n", rest);
        out.flush();
    }

    /** The report as a part of a Markdown document, between its markers; those of ws and wss may be in the same one. */
    static String markdown(IdleReport report, int top) {
        String mark = report.wss() == null ? "idle" : "idle-wss";
        StringBuilder text = new StringBuilder("<!-- " + mark + ":begin -->\n");
        IdlePlan plan = report.options();
        Environment environment = report.environment();
        text.append(String.format(
                Locale.ROOT,
                "%,d real connections over loopback, each a JSON session of a guest in one of %,d rooms; server on %s,"
                        + " %d event loop(s)%s; %s, Linux %s; %s.%n%n",
                plan.sessions(),
                plan.rooms(),
                report.serverJdk(),
                plan.loops(),
                over(report),
                environment.cpu(),
                environment.kernel(),
                environment.date()));
        text.append(report.wss() == null ? targets(report) : figures(report.perSession()));
        text.append("What a session is made of:\n\n| bytes | objects | class |\n|---|---|---|\n");
        for (ClassHistogram.Share share : largest(report, top)) {
            text.append(String.format(
                    Locale.ROOT, "| %.0f | %.2f | `%s` |%n", share.bytes(), share.instances(), share.type()));
        }
        return text.append("<!-- " + mark + ":end -->\n").toString();
    }

    private static String targets(IdleReport report) {
        StringBuilder table = new StringBuilder("| per idle session | measured | target | |\n|---|---|---|---|\n");
        for (IdleReport.Target target : report.targets()) {
            table.append(String.format(
                    "| %s | %s | ≤ %s | %s |%n", target.what(), measured(target), limit(target), verdict(target)));
        }
        return table.append(String.format(
                        "| direct memory | %s | | |%n%n",
                        IdleReport.kib(report.perSession().direct())))
                .toString();
    }

    /** Over wss, where there are no targets. */
    private static String figures(IdleReport.PerSession each) {
        return String.format(
                "| per idle session | measured |%n|---|---|%n| live heap | %s |%n| RSS | %s |%n| native memory | %s |%n"
                        + "| direct memory | %s |%n%n%s%n%n",
                IdleReport.kib(each.live()),
                IdleReport.kib(each.rss()),
                nativeMemory(each),
                IdleReport.kib(each.direct()),
                BEYOND_COUNTERS);
    }

    private static String over(IdleReport report) {
        Wss wss = report.wss();
        return wss == null ? "" : ", wss: " + wss.title();
    }

    private static String nativeMemory(IdleReport.PerSession each) {
        Double nativeHeap = each.nativeHeap();
        return nativeHeap == null ? "this JVM can't tell" : IdleReport.kib(nativeHeap);
    }

    private static List<ClassHistogram.Share> largest(IdleReport report, int top) {
        return report.classes().stream()
                .filter(share -> share.bytes() >= LEAST_SHARE)
                .limit(top)
                .toList();
    }

    private static String measured(IdleReport.Target target) {
        return IdleReport.kib(target.measured());
    }

    private static String limit(IdleReport.Target target) {
        return IdleReport.kib(target.limit());
    }

    private static String verdict(IdleReport.Target target) {
        return target.met() ? "met" : "missed";
    }
}
