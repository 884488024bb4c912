package io.magpie.bench.simulate;

import io.magpie.bench.Environment;
import java.util.List;
import java.util.Map;

/**
 * A simulation on several collectors, in the shape of its JSON file.
 *
 * @param heap of each JVM
 * @param notes what wasn't run, and why
 */
record SimulationReport(
        Environment environment, SimulationPlan options, String heap, List<Run> runs, List<String> notes) {
    /** The longest time for which a loop may let a task wait while it broadcasts or beats. */
    static final double LONGEST_MILLIS = 50;

    private static final String GROWTH = "growth";

    /**
     * One collector.
     *
     * @param collector its name
     * @param collections pauses of the JVM by phase
     */
    record Run(String collector, SimulationResult result, Map<String, GcLog.Summary> collections) {
        /** The phases for which there is a target: all but the growth. */
        List<SimulationResult.Phase> steady() {
            return result.phases().stream()
                    .filter(phase -> !phase.name().startsWith(GROWTH))
                    .toList();
        }

        /** The longest wait on a loop while it broadcasts or beats. */
        double longestWaitMillis() {
            return steady().stream()
                    .mapToDouble(SimulationResult.Phase::longestWaitMillis)
                    .max()
                    .orElse(0);
        }
    }

    /** Whether the target for waits is met with at least one collector. */
    boolean met() {
        return runs.stream().anyMatch(run -> run.longestWaitMillis() <= LONGEST_MILLIS);
    }
}
