package io.magpie.bench.slow;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.gateway.GatewayProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small run against a gateway in a process of its own; how fast it is isn't tested on a busy build machine. */
class SlowIT {
    /** The bench's own configuration is the first on the class path, and too quiet to tell that the gateway listens. */
    private static final String LOGGING = """
            <configuration>
              <appender name="stdout" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%-5level %msg%n</pattern></encoder>
              </appender>
              <root level="INFO"><appender-ref ref="stdout"/></root>
            </configuration>
            """;

    private final StringWriter progress = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void whoStopsForASecondMissesNothing() throws IOException, InterruptedException {
        SlowPlan plan = SlowPlans.plan(Scenario.STOPPED, SlowPlans.timeline(50, 1, 1, 1, 10));
        SlowResult result = run(plan);
        assertThat(result.witnesses()).isEmpty();
        assertThat(result.count(Account.Count.JOINED)).isEqualTo(20);
        assertThat(result.count(Account.Count.ACCEPTED)).isEqualTo(650);
        assertThat(result.count(Account.Count.DELIVERED)).isEqualTo(650 * 20);
        assertThat(result.missing()).isEqualTo(new SlowResult.Missing(0, 0));
        assertThat(result.closes().stopped()).isEmpty();
        assertThat(result.catchUp().done()).isEqualTo(5);
        assertThat(result.samples())
                .anyMatch(sample -> sample.rss() > SlowPlans.MEBI && sample.heap() > SlowPlans.MEBI);
        assertThat(progress.toString()).contains("20 of 20 members are in the room");
    }

    @Test
    void whoNeverReadsDoesNotKeepTheOthersFromReading() throws IOException, InterruptedException {
        SlowPlan plan = SlowPlans.plan(Scenario.NEVER, SlowPlans.timeline(50, 0, 0, 2, 0));
        SlowResult result = run(plan);
        assertThat(result.server().alive()).isTrue();
        assertThat(result.server().fault()).isEmpty();
        assertThat(result.missing().healthy()).isZero();
        assertThat(result.missing().stopped()).isEqualTo(100 * 5);
    }

    private SlowResult run(SlowPlan plan) throws IOException, InterruptedException {
        GatewayProcess.Launch launch =
                new GatewayProcess.Launch(command(), plan.settings(), Map.of(), directory.resolve("gateway.log"));
        try (GatewayProcess gateway = GatewayProcess.start(launch)) {
            return new SlowRun(plan, gateway, new PrintWriter(progress)).run();
        }
    }

    private List<String> command() throws IOException {
        Path logging = Files.writeString(directory.resolve("logback.xml"), LOGGING);
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dlogback.configurationFile=" + logging,
                "-cp",
                System.getProperty("java.class.path"),
                "io.magpie.gateway.Main",
                "run");
    }
}
