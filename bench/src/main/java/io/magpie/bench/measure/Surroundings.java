package io.magpie.bench.measure;

import io.magpie.bench.Environment;
import io.netty.util.Version;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;

/**
 * Where and how a run took place.
 *
 * @param netty its version, in the load and in those servers that are of this jar
 * @param flags of the load's JVM; the servers that run on a JVM have the same
 * @param serverCpu the processor of the servers, −1 for any
 * @param loadCpu the processor of the load, −1 for any
 */
public record Surroundings(
        Environment environment,
        String netty,
        List<String> flags,
        int rounds,
        String measured,
        String warmup,
        int serverCpu,
        int loadCpu) {
    public static Surroundings of(Environment environment, RunOptions options, String measured, String warmup) {
        return new Surroundings(
                environment,
                Optional.ofNullable(Version.identify().get("netty-common"))
                        .map(Version::artifactVersion)
                        .orElse("unknown"),
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(flag -> !flag.startsWith("-Dmagpie.home"))
                        .toList(),
                options.rounds(),
                measured,
                warmup,
                options.serverCpu(),
                options.loadCpu());
    }

    /** As a list for a document. */
    public String markdown() {
        return "- Date: " + environment.date() + "; Magpie " + environment.bench() + "\n"
                + "- Processor: " + environment.cpu() + ", " + environment.cores() + " cores; servers on processor "
                + name(serverCpu) + ", load on " + name(loadCpu) + "\n"
                + "- " + environment.os() + " " + environment.kernel() + ", " + environment.arch() + "; "
                + environment.jdk() + "; Netty " + netty + "\n"
                + "- JVM flags of the load and of the servers on a JVM: `" + String.join(" ", flags) + "`\n"
                + "- " + rounds + " interleaved rounds; " + measured + "; warm-up " + warmup + "\n";
    }

    private static String name(int cpu) {
        return cpu < 0 ? "any" : Integer.toString(cpu);
    }
}
