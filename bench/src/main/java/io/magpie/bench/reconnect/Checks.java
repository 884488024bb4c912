package io.magpie.bench.reconnect;

import io.magpie.bench.measure.Check;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A verdict while it is made.
 *
 * <p>Owner: whoever judges.
 */
final class Checks {
    private final List<Check> all = new ArrayList<>();

    /** One thing that has to hold, with the figures by which one sees it. */
    void add(String what, boolean holds, String format, Object... figures) {
        all.add(new Check(what, holds, String.format(Locale.ROOT, format, figures)));
    }

    /** What holds of every run, whatever it does. */
    void add(Book.Faults faults, List<String> complaints) {
        add(
                "nothing that was answered ok is lost",
                faults.lost() == 0,
                "%,d messages were answered ok and given to nobody",
                faults.lost());
        add(
                "everybody got everything once and in order where they were",
                faults.ofDeliveries() == 0,
                "%,d skipped, %,d repeated, %,d gaps, %,d wrong",
                faults.skipped(),
                faults.repeated(),
                faults.gaps(),
                faults.wrong());
        add(
                "the servers' logs tell of no fault",
                complaints.isEmpty(),
                "%s",
                complaints.isEmpty() ? "none" : complaints.get(0));
    }

    List<Check> all() {
        return List.copyOf(all);
    }

    static boolean hold(List<Check> checks) {
        return checks.stream().allMatch(Check::holds);
    }

    /** For a terminal. */
    static void print(List<Check> checks, List<String> witnesses, PrintWriter out) {
        checks.forEach(check -> out.printf("%-5s %s: %s%n", check.holds() ? "ok" : "FAIL", check.what(), check.seen()));
        witnesses.forEach(witness -> out.printf("      - %s%n", witness));
        out.printf("verdict %s%n", hold(checks) ? "OK" : "FAIL");
        out.flush();
    }

    /** For a page of the documentation. */
    static String markdown(List<Check> checks) {
        StringBuilder text = new StringBuilder();
        for (Check check : checks) {
            text.append(String.format(
                    Locale.ROOT, "- %s **%s**: %s%n", check.holds() ? "✓" : "✗", check.what(), check.seen()));
        }
        return text.toString();
    }
}
