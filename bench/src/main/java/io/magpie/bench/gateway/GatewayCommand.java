package io.magpie.bench.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a gateway is started for a run: straight as a JVM, because the script would look at the sources first, and a start
 * has to be quick.
 *
 * @param classPath what it runs from
 * @param main its main class
 */
public record GatewayCommand(String classPath, String main) {
    private static final String MAIN = "io.magpie.gateway.Main";

    /** Quick to start, small, and no more threads for its own use than it needs. */
    private static final List<String> FLAGS = List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+PerfDisableSharedMem",
            "-Dio.netty.leakDetection.samplingInterval=1024");

    /** The bench has a logging configuration of its own, too quiet to say that the gateway listens. */
    private static final String LOGGING = """
            <configuration>
              <appender name="stdout" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %msg%n</pattern></encoder>
              </appender>
              <root level="INFO"><appender-ref ref="stdout"/></root>
            </configuration>
            """;

    /** The gateway of a source tree or release, or, if there is none, the one that the bench is linked with. */
    public static GatewayCommand of(@Nullable String classPath, @Nullable String main, @Nullable String home)
            throws IOException {
        String usual = System.getProperty("java.class.path");
        if (classPath != null) {
            usual = classPath;
        } else if (home != null) {
            usual = jar(Path.of(home)).orElse(usual);
        }
        return new GatewayCommand(usual, main == null ? MAIN : main);
    }

    /** The command, with its logging configuration written into a directory. */
    public List<String> line(Path directory, List<String> moreFlags) throws IOException {
        Path logging = Files.writeString(directory.resolve("gateway-logback.xml"), LOGGING);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        // What the script would add, if the bench was started by it.
        command.addAll(System.getProperty("magpie.quick-start", "").lines().toList());
        command.addAll(moreFlags);
        // What a killed gateway leaves there goes with the run.
        command.add("-Djava.io.tmpdir="
                + Files.createDirectories(directory.resolve("tmp")).toAbsolutePath());
        command.add("-Dlogback.configurationFile=" + logging.toAbsolutePath());
        command.addAll(List.of("-cp", classPath, main, "run"));
        return List.copyOf(command);
    }

    private static Optional<String> jar(Path home) throws IOException {
        Path released = home.resolve("magpie.jar");
        if (Files.exists(released)) {
            return Optional.of(released.toString());
        }
        Path target = home.resolve("gateway").resolve("target");
        if (!Files.isDirectory(target)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(target)) {
            return files.map(Path::toString)
                    .filter(name -> name.endsWith("-all.jar"))
                    .sorted()
                    .findFirst();
        }
    }
}
