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
 * {@code magpie bench comeback}: proves that a gateway bears it when everybody comes back at once.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
@Command(
        name = "comeback",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        usageHelpAutoWidth = true,
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
    private static final int EXIT_OK = 0;
    private static final int EXIT_FAIL = 1;
    private static final int EXIT_CANNOT = 2;

    @Spec
    private @Nullable CommandSpec spec;

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
        PrintWriter err = command().commandLine().getErr();
        try {
            Path directory = options.directory();
            ComebackReport report = ComebackReport.of(plan, environment(), run(plan, directory, err));
            report.print(command().commandLine().getOut());
            report.write(directory);
            if (report.ok() && !options.keeps()) {
                Scratch.delete(directory);
            } else {
                err.println("all that was written is in " + directory);
            }
            return report.ok() || !options.hasBars() ? EXIT_OK : EXIT_FAIL;
        } catch (IOException e) {
            err.println("comeback: " + e.getMessage());
            return EXIT_CANNOT;
        }
    }

    private ComebackResult run(ComebackPlan plan, Path directory, PrintWriter err)
            throws IOException, InterruptedException {
        try (Site site = new Site("A", options.launch(directory, List.of()))) {
            return new ComebackRun(plan, site, err).run();
        }
    }

    private ComebackPlan plan() {
        try {
            return new ComebackPlan(options.load(true), rounds, warm);
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
