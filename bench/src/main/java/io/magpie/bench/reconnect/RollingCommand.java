package io.magpie.bench.reconnect;

import io.magpie.bench.DurationConverter;
import io.magpie.bench.Environment;
import io.magpie.bench.Invocation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code magpie bench rolling}: proves that restarts don't make a crowd.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
@Command(
        name = "rolling",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
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
    @Mixin
    private Invocation invocation = new Invocation();

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
        try {
            Path directory = options.directory();
            RollingReport report = RollingReport.of(plan, Environment.here(), run(plan, directory));
            report.print(invocation.out());
            report.write(directory, plan);
            return options.end(directory, report.ok(), invocation.err());
        } catch (IOException e) {
            return invocation.cannot(e);
        }
    }

    private RollingResult run(RollingPlan plan, Path directory) throws IOException, InterruptedException {
        Site.Launch launch =
                options.launch(directory, List.of("drain=" + plan.drain().toMillis() + "ms"));
        try (Site a = new Site("A", launch);
                Site b = new Site("B", launch)) {
            return new RollingRun(plan, List.of(a, b), invocation.err()).run();
        }
    }

    private RollingPlan plan() {
        try {
            return new RollingPlan(options.load(false), restarts, drain, rebalance);
        } catch (IllegalArgumentException e) {
            throw invocation.wrong(e);
        }
    }
}
