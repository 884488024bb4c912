package io.magpie.bench.reconnect;

import io.magpie.bench.DurationConverter;
import io.magpie.bench.Environment;
import io.magpie.bench.measure.Scratch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code magpie bench rolling}: proves that restarts don't make a crowd.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
@Command(
        name = "rolling",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        usageHelpAutoWidth = true,
        header = "Restarts two gateways in turn, and checks that their clients change over evenly and in order.",
        description = {
            "",
            "Starts two gateways of its own, A and B, on loopback, with their logs in memory and 256 MiB of heap each."
                    + " Clients begin at both. A gets SIGTERM; each of its clients is told its time, is closed with 1012"
                    + " then, and connects to the other one at once. When A has ended it is started again, and B is next."
                    + " So all clients are where the second restart and the later ones are, unless --rebalance sends half"
                    + " of them back before. Some clients send all the time, whoever of them is connected; latency counts"
                    + " from the time at which a message should have been sent. The two are two worlds: a room goes on"
                    + " where one comes to it, and what was said in the other isn't there.",
            "",
            "The bars: at most twice as many reconnects in any second as clients ÷ drain; exit code 0 within the drain and"
                    + " 5 s; not ready within 100 ms; nobody closed before its time, or with anything but 1012; nobody"
                    + " refused; all there at the end; nothing lost that was answered ok.",
            ""
        },
        footerHeading = "%n",
        footer = "Exit code: 0 verdict OK; 1 verdict FAIL; 2 wrong options, or a gateway can't be started.")
public final class RollingCommand implements Callable<Integer> {
    private static final int EXIT_OK = 0;
    private static final int EXIT_FAIL = 1;
    private static final int EXIT_CANNOT = 2;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--restarts", paramLabel = "N", description = "how many, of both together")
    private int restarts = 20;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            description = "over which a gateway lets its clients go",
            converter = DurationConverter.class)
    private Duration drain = Duration.ofSeconds(10);

    @Option(
            names = "--rebalance",
            description = "before each restart but the first, half of the clients go to the other")
    private boolean rebalance;

    @Mixin
    private CrowdOptions options = new CrowdOptions();

    @Override
    public Integer call() throws InterruptedException {
        RollingPlan plan = plan();
        PrintWriter err = command().commandLine().getErr();
        try {
            Path directory = options.directory();
            RollingReport report = RollingReport.of(plan, environment(), run(plan, directory, err));
            report.print(command().commandLine().getOut());
            report.write(directory, plan);
            if (report.ok() && !options.keeps()) {
                Scratch.delete(directory);
            } else {
                err.println("all that was written is in " + directory);
            }
            return report.ok() || !options.hasBars() ? EXIT_OK : EXIT_FAIL;
        } catch (IOException e) {
            err.println("rolling: " + e.getMessage());
            return EXIT_CANNOT;
        }
    }

    private RollingResult run(RollingPlan plan, Path directory, PrintWriter err)
            throws IOException, InterruptedException {
        Site.Launch launch =
                options.launch(directory, List.of("drain=" + plan.drain().toMillis() + "ms"));
        try (Site a = new Site("A", launch);
                Site b = new Site("B", launch)) {
            return new RollingRun(plan, List.of(a, b), err).run();
        }
    }

    private RollingPlan plan() {
        try {
            return new RollingPlan(options.load(false), restarts, drain, rebalance);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command().commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static Environment environment() {
        return Environment.collect(Path.of("/proc/cpuinfo"), Instant.now());
    }

    private CommandSpec command() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return spec;
    }
}
