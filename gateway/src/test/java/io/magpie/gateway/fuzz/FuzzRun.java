package io.magpie.gateway.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Fuzzes one target in a JVM of its own, since Jazzer changes the classes that it watches. What it finds worth keeping is
 * in {@code corpus} below its directory, and the next run goes on from there; the seeds are only read.
 *
 * @param time how long, counted from the start of the JVM, which takes some seconds to get going
 * @param directory for its files; made if it is missing
 */
record FuzzRun(FuzzTarget target, Duration time, Path directory) {
    private static final String MAIN = "com.code_intelligence.jazzer.Jazzer";
    private static final String NATIVES = "com/code_intelligence/jazzer/driver/jazzer_driver_";

    /** The parsers that are watched: ours, and those of the libraries that our bytes go through first. */
    private static final List<String> WATCHED =
            List.of("io.magpie.**", "io.netty.handler.codec.**", "com.nimbusds.jose.**", "com.nimbusds.jwt.**");

    private static final Duration START_AND_END = Duration.ofMinutes(10);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    /**
     * How it went.
     *
     * @param time for which the JVM ran
     * @param exitCode 0 if nothing was found
     */
    record Outcome(FuzzTarget target, Duration time, int exitCode, FuzzLog log) {
        long executionsPerSecond() {
            return log.executions() * 1_000 / Math.max(1, time.toMillis());
        }
    }

    /** The name by which Jazzer has its native code for this machine. */
    static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String system = os.startsWith("mac") ? "macos" : os.startsWith("windows") ? "windows" : "linux";
        return system + "_" + (arch.equals("amd64") ? "x86_64" : arch);
    }

    /** Whether Jazzer has native code for this machine. */
    static boolean possible() {
        ClassLoader loader = FuzzRun.class.getClassLoader();
        return List.of("libjazzer_driver.so", "libjazzer_driver.dylib", "jazzer_driver.dll").stream()
                .anyMatch(file -> loader.getResource(NATIVES + platform() + "/" + file) != null);
    }

    /** The log of the JVM. */
    Path logFile() {
        return directory.resolve("log.txt");
    }

    /**
     * Fuzzes.
     *
     * @param progress is told now and then how far it is
     */
    Outcome run(Consumer<FuzzLog> progress) throws IOException, InterruptedException {
        Files.createDirectories(directory.resolve("corpus"));
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(command())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(logFile().toFile())
                .start();
        try {
            long end = begun + time.plus(START_AND_END).toNanos();
            while (!process.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() > end) {
                    throw new IOException("the fuzzer of " + target + " doesn't end; see " + logFile());
                }
                progress.accept(log());
            }
        } finally {
            process.destroyForcibly();
        }
        return new Outcome(target, Duration.ofNanos(System.nanoTime() - begun), process.exitValue(), log());
    }

    private FuzzLog log() throws IOException {
        // It quotes inputs, which are any bytes.
        return FuzzLog.parse(Files.readAllLines(logFile(), StandardCharsets.ISO_8859_1));
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-ea:io.magpie...",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                // The targets count the bytes of buffers, which finds a leak at the input that made it.
                "-Dio.netty.leakDetection.level=disabled",
                "-D" + FuzzEntry.TARGET + "=" + target.className()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        command.addAll(List.of(
                "--target_class=" + FuzzEntry.class.getName(),
                "--instrumentation_includes=" + String.join(File.pathSeparator, WATCHED),
                // Without this, hooks are looked for in every class that is loaded, which makes starts slow.
                "--custom_hook_includes=" + String.join(File.pathSeparator, WATCHED),
                "--keep_going=1",
                "--reproducer_path=" + directory.toAbsolutePath(),
                // 0 is another one each time; with the same, the same inputs are tried, so that a build doesn't fail by
                // chance.
                "-seed=" + Integer.getInteger("magpie.fuzz.seed", 0),
                "-max_total_time=" + time.toSeconds(),
                "-max_len=" + target.maxBytes(),
                "-timeout=10",
                "-rss_limit_mb=0",
                "-print_final_stats=1",
                "-artifact_prefix=" + directory.toAbsolutePath() + "/",
                directory.resolve("corpus").toAbsolutePath().toString(),
                target.seeds().toAbsolutePath().toString()));
        return command;
    }
}
