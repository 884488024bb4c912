package io.magpie.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Where a run took place: figures without it mean nothing.
 *
 * @param bench version of the bench
 * @param date when the run began, UTC
 * @param io how the bench does socket I/O
 */
public record Environment(
        String bench,
        String date,
        String jdk,
        String os,
        String kernel,
        String arch,
        String cpu,
        int cores,
        String io) {
    /** This process and machine, now. */
    public static Environment here() {
        return collect(Path.of("/proc/cpuinfo"), Instant.now());
    }

    /** What can be found out about this process and machine. */
    public static Environment collect(Path cpuInfo, Instant now) {
        return new Environment(
                version(),
                now.truncatedTo(ChronoUnit.SECONDS).toString(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch"),
                cpuModel(cpuInfo),
                Runtime.getRuntime().availableProcessors(),
                Connector.ioName());
    }

    /** The version in the jar's manifest, or {@code development} when run from classes. */
    static String version() {
        return Objects.requireNonNullElse(Environment.class.getPackage().getImplementationVersion(), "development");
    }

    private static String cpuModel(Path cpuInfo) {
        try (Stream<String> lines = Files.lines(cpuInfo)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
