package io.magpie.bench.simulate;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs a simulation in a JVM of its own: this one's program, classes and flags, but another collector and heap.
 * Immutable.
 *
 * @param heap as the JVM's {@code -Xmx} takes it
 * @param directory for its files; exists
 */
record ChildJvm(Collector collector, String heap, Path directory) {
    /** Flags of this JVM that the child gets otherwise, or that only one JVM can have. */
    private static final Pattern OWN = Pattern.compile("-XX:[+-]Use\\w+GC|-XX:[+-]ZGenerational|-XX:MaxGCPauseMillis=.*"
            + "|-XX:(Max|Min|Initial)RAM.*|-Xm[sxn].*|-Xlog.*|-agentlib.*|-javaagent.*|-Dcom\\.sun\\.management.*");

    private static final long TIMEOUT_MINUTES = 20;

    /** What came out of a child: its own result, and its collector's log. */
    record Outcome(SimulationResult result, GcLog pauses) {}

    /** Whether this JVM has the collector. */
    boolean available() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(collector.flags(Runtime.version().feature()));
        command.add("-version");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor() == 0;
    }

    /**
     * Runs the plan.
     *
     * @param flags of this JVM
     * @throws IOException if the child fails; what it said is on standard error
     */
    Outcome run(SimulationPlan plan, Collection<String> flags) throws IOException, InterruptedException {
        ObjectMapper mapper = new ObjectMapper();
        Path input = directory.resolve(collector + "-plan.json");
        Path output = directory.resolve(collector + "-result.json");
        Path log = directory.resolve(collector + "-gc.log");
        mapper.writeValue(input.toFile(), plan);
        List<String> command = command(flags, log);
        command.addAll(List.of(input.toString(), output.toString()));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
                throw new IOException(
                        "the simulation with " + collector + " took longer than " + TIMEOUT_MINUTES + " minutes");
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0 || !Files.exists(output)) {
            throw new IOException("the simulation with " + collector + " ended with " + process.exitValue()
                    + "; if it ran out of memory, give it more with --heap");
        }
        return new Outcome(
                mapper.readValue(output.toFile(), SimulationResult.class), GcLog.parse(Files.readAllLines(log)));
    }

    private List<String> command(Collection<String> flags, Path log) {
        List<String> command = new ArrayList<>(List.of(java()));
        flags.stream().filter(flag -> !OWN.matcher(flag).matches()).forEach(command::add);
        command.addAll(collector.flags(Runtime.version().feature()));
        command.addAll(List.of("-Xms" + heap, "-Xmx" + heap, String.format(Locale.ROOT, GcLog.FLAG, log)));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SimulationMain.class.getName()));
        return command;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
