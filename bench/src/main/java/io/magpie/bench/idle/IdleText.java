package io.magpie.bench.idle;

import io.magpie.bench.Environment;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints a report as text, and as a part of a Markdown document. */
final class IdleText {
    private static final double LEAST_SHARE = 0.05;

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
                "idle sessions: %,d in %,d rooms, %d event loop(s), server on %s%n",
                plan.sessions(),
                plan.rooms(),
                plan.loops(),
                report.serverJdk());
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

    /** The report as a part of a Markdown document, between its markers. */
    static String markdown(IdleReport report, int top) {
        StringBuilder text = new StringBuilder("<!-- idle:begin -->\n");
        IdlePlan plan = report.options();
        Environment environment = report.environment();
        text.append(String.format(
                Locale.ROOT,
                "%,d real connections over loopback, each a JSON session of a guest in one of %,d rooms; server on %s,"
                        + " %d event loop(s); %s, Linux %s; %s.%n%n",
                plan.sessions(),
                plan.rooms(),
                report.serverJdk(),
                plan.loops(),
                environment.cpu(),
                environment.kernel(),
                environment.date()));
        text.append("| per idle session | measured | target | |\n|---|---|---|---|\n");
        for (IdleReport.Target target : report.targets()) {
            text.append(String.format(
                    "| %s | %s | ≤ %s | %s |%n", target.what(), measured(target), limit(target), verdict(target)));
        }
        text.append(String.format(
                "| direct memory | %s | | |%n%n",
                IdleReport.kib(report.perSession().direct())));
        text.append("What a session is made of:\n\n| bytes | objects | class |\n|---|---|---|\n");
        for (ClassHistogram.Share share : largest(report, top)) {
            text.append(String.format(
                    Locale.ROOT, "| %.0f | %.2f | `%s` |%n", share.bytes(), share.instances(), share.type()));
        }
        return text.append("<!-- idle:end -->\n").toString();
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
