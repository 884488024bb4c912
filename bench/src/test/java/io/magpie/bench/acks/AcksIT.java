package io.magpie.bench.acks;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.gateway.LogMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small run against gateways in processes of their own; how fast they are isn't tested on a busy build machine. */
class AcksIT {
    /** The bench's own configuration is the first on the class path, and too quiet to tell that the gateway listens. */
    private static final String LOGGING = """
            <configuration>
              <appender name="stdout" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%-5level %msg%n</pattern></encoder>
              </appender>
              <root level="INFO"><appender-ref ref="stdout"/></root>
            </configuration>
            """;

    private final List<String> progress = new ArrayList<>();

    @TempDir
    private Path directory;

    @Test
    void everyMessageIsAnsweredOnceByEachGateway() throws IOException, InterruptedException {
        AcksPlan plan = new AcksPlan(
                List.of(LogMode.MEMORY, LogMode.FSYNC),
                List.of(Load.perSecond(200), Load.unanswered(4)),
                2,
                new AcksPlan.Crowd(6, 3, 64),
                0.2,
                2);
        AcksRun.Result result;
        try (Measuring measuring = new Measuring()) {
            GatewayStart start = new GatewayStart(command(), -1, List.of(), directory);
            result = new AcksRun(plan, start, measuring, progress::add).run();
        }
        assertThat(result.problems()).isEmpty();
        assertThat(result.fsyncs()).hasSize(3);
        assertThat(result.figures()).hasSize(2 * 2 * 2).allSatisfy(figures -> {
            assertThat(figures.witnesses()).isEmpty();
            assertThat(figures.faults()).isZero();
            assertThat(figures.unanswered()).isZero();
            assertThat(figures.messages()).isPositive();
            assertThat(figures.oksPerSecond()).isPositive();
            assertThat(figures.p50Millis()).isPositive().isLessThanOrEqualTo(figures.maxMillis());
        });
        assertThat(progress).anyMatch(line -> line.startsWith("round 2/2 w=4"));
    }

    private List<String> command() throws IOException {
        Path logging = Files.writeString(directory.resolve("logback.xml"), LOGGING);
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-Dlogback.configurationFile=" + logging,
                "-cp",
                System.getProperty("java.class.path"),
                "io.magpie.gateway.Main",
                "run");
    }
}
