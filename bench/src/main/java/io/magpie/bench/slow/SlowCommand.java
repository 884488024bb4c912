package io.magpie.bench.slow;

import io.magpie.bench.Invocation;
import io.magpie.bench.gateway.GatewayProcess;
import io.magpie.bench.measure.Scratch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code magpie bench slow}: proves that slow readers cost no memory, no message and nobody else's time.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
@Command(
        name = "slow",
        mixinStandardHelpOptions = true,
        header = "Lets members stop reading, and checks that it costs no memory, no message and nobody else's time.",
        description = {
            "",
            "Starts a gateway of its own, on loopback. All members are in one room; those who read publish at a fixed"
                    + " rate, whatever the server does (open model), and latency counts from the time at which a"
                    + " message should have been sent.",
            "",
            "stopped: all read for 10 s, then 100 of 1,000 stop reading for 30 s, then all read again. Every member has"
                    + " to get every message once and in order (a 'gap' is a failure), the server's memory has to stay"
                    + " flat, and the others' p99 must not move.",
            "never:   200 members never read, 50 do, in a server with 128 MiB of heap and 64 MiB of direct memory, for"
                    + " 60 s. The server has to live and serve the 50; it may close the others.",
            ""
        },
        footerHeading = "%nDurations are whole seconds: 10s, 1m.%n",
        footer = "Exit code: 0 verdict OK; 1 verdict FAIL; 2 wrong options, or the gateway can't be started.")
public final class SlowCommand implements Callable<Integer> {
    private static final double MEBI = 1 << 20;

    @Mixin
    private Invocation invocation = new Invocation();

    @Option(names = "--scenario", description = "stopped or never; stopped if not said")
    private Scenario scenario = Scenario.STOPPED;

    @Option(names = "--members", paramLabel = "N", description = "members of the room: 1000, or 250 for never")
    private @Nullable Integer members;

    @Option(names = "--stopped", paramLabel = "N", description = "those of them that don't read: 100, or 200")
    private @Nullable Integer stopped;

    @Option(names = "--rate", paramLabel = "N", description = "messages per second: ${DEFAULT-VALUE}")
    private double rate = 200;

    @Option(names = "--size", paramLabel = "BYTES", description = "bytes of a message's text: ${DEFAULT-VALUE}")
    private int size = 1_024;

    @Option(names = "--warmup", paramLabel = "TIME", description = "messages before anything is measured: 20s")
    private Duration warmup = Duration.ofSeconds(20);

    @Option(names = "--before", paramLabel = "TIME", description = "all read: 10s, or 0s for never")
    private @Nullable Duration before;

    @Option(names = "--during", paramLabel = "TIME", description = "some don't read: 30s, or 60s for never")
    private @Nullable Duration during;

    @Option(names = "--after", paramLabel = "TIME", description = "all read again: 20s, or 0s for never")
    private @Nullable Duration after;

    @Option(
            names = "--receive-buffer",
            paramLabel = "BYTES",
            description = "of each client's socket, so that the kernel doesn't hold the backlog: ${DEFAULT-VALUE}")
    private int receiveBuffer = 64 << 10;

    @Option(
            names = "--max-growth",
            paramLabel = "MIB",
            description = "by which resident and direct memory may each grow while some don't read: ${DEFAULT-VALUE}")
    private double maxGrowth = 32;

    @Option(
            names = "--max-p99-ratio",
            paramLabel = "X",
            description = "to which the others' p99 may rise: ${DEFAULT-VALUE} times what it was before")
    private double maxP99Ratio = 1.2;

    @Option(
            names = "--java-opts",
            paramLabel = "FLAGS",
            description = "for the gateway's JVM, instead of the scenario's own")
    private @Nullable String javaOptions;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "a setting of the gateway; may be repeated")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--home", paramLabel = "DIR", description = "where the magpie script is; it says so itself")
    private @Nullable Path home;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "write the figures as JSON, a picture, docs-fragment.md and the gateway's log")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException, InterruptedException {
        SlowPlan plan = plan();
        String name = scenario.name().toLowerCase(Locale.ROOT);
        Path directory = Scratch.orAsked(out, "magpie-slow");
        GatewayProcess.Launch launch = launch(plan, directory.resolve("slow-" + name + "-gateway.log"));
        PrintWriter err = invocation.err();
        err.println("starting the gateway with '" + launch.environment().get("MAGPIE_JAVA_OPTS") + "'");
        SlowResult result;
        try (GatewayProcess gateway = GatewayProcess.start(launch)) {
            result = new SlowRun(plan, gateway, err).run();
        } catch (IOException e) {
            return invocation.cannot("can't run the gateway: " + e.getMessage());
        }
        SlowReport report = SlowReport.of(plan, environment(launch), result);
        report.print(invocation.out());
        if (out != null) {
            report.write(directory, name, plan.timeline());
        }
        return report.ok() ? Invocation.OK : Invocation.FAIL;
    }

    /** What the options say; with defaults by scenario. */
    private SlowPlan plan() {
        Map<Phase, Duration> lengths = new EnumMap<>(Phase.class);
        lengths.put(Phase.WARMUP, warmup);
        lengths.put(Phase.BEFORE, or(before, scenario::before));
        lengths.put(Phase.DURING, or(during, scenario::during));
        lengths.put(Phase.AFTER, or(after, scenario::after));
        try {
            return new SlowPlan(
                    scenario,
                    or(members, scenario::members),
                    or(stopped, scenario::stopped),
                    size,
                    receiveBuffer,
                    new Timeline(rate, lengths),
                    new SlowPlan.Bounds((long) (maxGrowth * MEBI), maxP99Ratio));
        } catch (IllegalArgumentException e) {
            throw invocation.wrong(e);
        }
    }

    private GatewayProcess.Launch launch(SlowPlan plan, Path log) {
        String property = System.getProperty("magpie.home");
        Path directory = home != null ? home : property != null ? Path.of(property) : null;
        if (directory == null || !Files.isExecutable(directory.resolve("magpie"))) {
            throw invocation.wrong("there is no magpie script in " + directory + "; --home says where it is");
        }
        List<String> all = new ArrayList<>(plan.settings());
        all.addAll(settings);
        return new GatewayProcess.Launch(
                List.of(directory.resolve("magpie").toString(), "run"),
                all,
                Map.of("MAGPIE_JAVA_OPTS", or(javaOptions, scenario::javaOptions)),
                log);
    }

    private static Map<String, String> environment(GatewayProcess.Launch launch) {
        return Map.of(
                "jdk", System.getProperty("java.vm.name") + " " + Runtime.version(),
                "os", System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "cores", Runtime.getRuntime().availableProcessors() + " cores",
                "server", "server with " + launch.environment().get("MAGPIE_JAVA_OPTS"));
    }

    private static <T> T or(@Nullable T given, Supplier<T> usual) {
        return given == null ? usual.get() : given;
    }
}
