package io.magpie.gateway.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the fuzzer has written: lines of libFuzzer (https://llvm.org/docs/LibFuzzer.html#output) and Jazzer's own.
 *
 * @param begin what the seeds alone reach
 * @param now what is reached at the end of the log
 * @param executions inputs tried
 * @param complete whether it went on for as long as it was told, and found nothing
 * @param findings what broke, one line each
 * @param artifacts files with the inputs that broke it, as they are named in the log
 */
record FuzzLog(
        Reach begin, Reach now, long executions, boolean complete, List<String> findings, List<String> artifacts) {
    /**
     * How far inputs reach into the code.
     *
     * @param edges of the control flow that were taken
     * @param features edges, with how often they were taken and what was compared
     * @param inputs in the corpus: those that reach something of their own
     */
    record Reach(int edges, int features, int inputs) {
        static final Reach NOTHING = new Reach(0, 0, 0);
    }

    private static final Pattern STATUS =
            Pattern.compile("#(\\d+)\\s+(\\w+)\\s+cov: (\\d+) ft: (\\d+)(?: corp: (\\d+)/\\S+)?.*");
    private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in \\d+ second\\(s\\)");
    private static final Pattern EXECUTIONS = Pattern.compile("stat::number_of_executed_units:\\s*(\\d+)");
    private static final Pattern FINDING = Pattern.compile("== Java Exception: (.*)|==\\d+==\\s*(ERROR: .*)");
    private static final Pattern ARTIFACT = Pattern.compile(".*Test unit written to (.+)");

    /** Reads a log, which may still be growing. */
    static FuzzLog parse(List<String> lines) {
        Reach begin = Reach.NOTHING;
        Reach now = Reach.NOTHING;
        long executions = 0;
        boolean done = false;
        List<String> findings = new ArrayList<>();
        List<String> artifacts = new ArrayList<>();
        for (String line : lines) {
            Matcher status = STATUS.matcher(line);
            if (status.matches()) {
                executions = Long.parseLong(status.group(1));
                now = reach(status, now);
                begin = status.group(2).equals("INITED") ? now : begin;
            }
            executions = Math.max(executions, Math.max(number(DONE, line), number(EXECUTIONS, line)));
            done |= DONE.matcher(line).matches();
            add(FINDING.matcher(line), findings);
            add(ARTIFACT.matcher(line), artifacts);
        }
        return new FuzzLog(
                begin,
                now,
                executions,
                done && findings.isEmpty() && artifacts.isEmpty(),
                List.copyOf(findings),
                List.copyOf(artifacts));
    }

    private static Reach reach(Matcher status, Reach before) {
        int inputs = status.group(5) == null ? before.inputs() : Integer.parseInt(status.group(5));
        return new Reach(Integer.parseInt(status.group(3)), Integer.parseInt(status.group(4)), inputs);
    }

    private static long number(Pattern pattern, String line) {
        Matcher found = pattern.matcher(line);
        return found.matches() ? Long.parseLong(found.group(1)) : 0;
    }

    /** Adds the first group that there is. */
    private static void add(Matcher found, List<String> to) {
        if (found.matches()) {
            String first = found.group(1);
            to.add(first == null ? found.group(2) : first);
        }
    }
}
