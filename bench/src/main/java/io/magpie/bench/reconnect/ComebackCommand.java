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
 * {@code magpie bench comeback}: proves that a gateway bears it when everybody comes back at once.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
@Command(
        name = "comeback",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        header =
                "Cuts all clients at once, lets them come back at once, and checks that they do and that nobody else waits.",
        description = {
            "",
            "Starts a gateway of its own, on loopback, with its log in memory and 256 MiB of heap. All clients reset their"
                    + " connections in the same moment and connect again without waiting, with their tickets and"
                    + " positions; who is refused tries again after a random time of up to 1 s, 2 s, 4 s … 30 s. The"
                    + " publishers are there beside them, stay, and go on sending; latency counts from the time at which a"
                    + " message should have been sent.",
            "",
            "The bars: all are back within 30 s; meanwhile p99 from sending to ok is at most 1 s; everybody gets exactly"
                    + " what was missed; nobody is closed.",
            ""
        },
        footerHeading = "%n",
        footer = "Exit code: 0 verdict OK; 1 verdict FAIL; 2 wrong options, or the gateway can't be started.")
public final class ComebackCommand implements Callable<Integer> {
    @Mixin
    private Invocation invocation = new Invocation();

    @Option(names = "--rounds", paramLabel = "N", description = "how often all are cut")
    private int rounds = 3;

    @Option(
            names = "--warm",
            paramLabel = "TIME",
            description = "messages before the first time, and between two",
            converter = DurationConverter.class)
    private Duration warm = Duration.ofSeconds(5);

    @Mixin
    private CrowdOptions options = new CrowdOptions();

    @Override
    public Integer call() throws InterruptedException {
        ComebackPlan plan = plan();
        try {
            Path directory = options.directory();
            ComebackReport report = ComebackReport.of(plan, Environment.here(), run(plan, directory));
            report.print(invocation.out());
            report.write(directory);
            return options.end(directory, report.ok(), invocation.err());
        } catch (IOException e) {
            return invocation.cannot(e);
        }
    }

    private ComebackResult run(ComebackPlan plan, Path directory) throws IOException, InterruptedException {
        try (Site site = new Site("A", options.launch(directory, List.of()))) {
            return new ComebackRun(plan, site, invocation.err()).run();
        }
    }

    private ComebackPlan plan() {
        try {
            return new ComebackPlan(options.load(true), rounds, warm);
        } catch (IllegalArgumentException e) {
            throw invocation.wrong(e);
        }
    }
}
