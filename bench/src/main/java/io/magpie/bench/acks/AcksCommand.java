package io.magpie.bench.acks;

import io.magpie.bench.Environment;
import io.magpie.bench.Invocation;
import io.magpie.bench.gateway.LogMode;
import io.magpie.bench.measure.Pinning;
import io.magpie.bench.measure.RunOptions;
import io.magpie.bench.measure.Scratch;
import io.magpie.bench.measure.Surroundings;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of {@code magpie bench acks}, and the wiring of a run.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
@Command(
        name = "acks",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        exitCodeOnExecutionException = Invocation.CANNOT,
        header = "Measures how long a publisher waits for ok, and how many oks a second there are, by kind of log.",
        description = {
            "",
            "Starts a gateway with each kind of log, on one processor and one event loop, and publishes to them in turn,"
                    + " in interleaved rounds. At fixed rates (open model) latency counts from the time at which a message"
                    + " should have been published to its ok. Then each publisher keeps w messages unanswered: the rate of"
                    + " oks that the gateway sustains. Before, between and after the rounds the disk is asked by itself.",
            "",
            "Every ok is checked: each message is answered once, no two messages of a room have the same seq, the seqs of"
                    + " a room have no holes, and those of a publisher rise.",
            ""
        },
        footerHeading = "%n",
        footer = {
            "Exit code: 0 all was measured; 1 an answer was wrong or missing, or a gateway told of a fault of its own;"
                    + " 2 wrong options, or it can't be measured here.",
            "",
            "A first look: magpie bench acks --directory /var/tmp --rounds 1 --seconds 2 --warmup 5"
        })
public final class AcksCommand implements Callable<Integer> {
    @Mixin
    private Invocation invocation = new Invocation();

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "folder on the file system to measure; the data in it is removed in the end")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(names = "--logs", paramLabel = "KIND", split = ",", description = "memory, process, fsync")
    private List<LogMode> logs = List.of(LogMode.values());

    @Option(names = "--rates", paramLabel = "N", split = ",", description = "messages per second, over all publishers")
    private List<Integer> rates = List.of(100, 1_000, 10_000);

    @Option(names = "--windows", paramLabel = "W", split = ",", description = "unanswered messages of each publisher")
    private List<Integer> windows = List.of(1, 8, 64);

    @Option(names = "--publishers", paramLabel = "N", description = "connections that publish, to each gateway")
    private int publishers = 32;

    @Option(names = "--rooms", paramLabel = "N", description = "over which they are spread")
    private int rooms = 16;

    @Option(names = "--size", paramLabel = "BYTES", description = "bytes of a message's text")
    private int size = 128;

    @Option(names = "--seconds", paramLabel = "N", description = "length of one measurement")
    private double seconds = 5;

    @Option(names = "--warmup", paramLabel = "N", description = "seconds of traffic for each gateway before all rounds")
    private double warmup = 20;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "a setting of the gateways; may be repeated")
    private List<String> settings = new ArrayList<>();

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public Integer call() throws InterruptedException {
        AcksPlan plan = plan();
        try (Scratch scratch = Scratch.in(directory, "magpie-acks-")) {
            AcksReport report = measure(plan, scratch.path(), invocation.err());
            invocation.out().println(report.text());
            if (run.out().isPresent()) {
                report.write(run.out().get());
            }
            if (run.docs().isPresent()) {
                report.update(run.docs().get());
            }
            return report.clean() ? Invocation.OK : Invocation.FAIL;
        } catch (IOException e) {
            return invocation.cannot(e);
        }
    }

    private AcksReport measure(AcksPlan plan, Path data, PrintWriter err) throws IOException, InterruptedException {
        if (!Epoll.isAvailable()) {
            throw new IOException("the load needs Linux with epoll: " + Epoll.unavailabilityCause());
        }
        Surroundings surroundings =
                Surroundings.of(Environment.here(), run, seconds + " s per measurement", warmup + " s per gateway");
        String fileSystem = Files.getFileStore(data).type();
        GatewayStart start = new GatewayStart(List.of(script().toString(), "run"), run.serverCpu(), settings, data);
        Pinning.pinThisProcess(run.loadCpu());
        err.println("about " + Math.round(plan.seconds()) + " s");
        try (Measuring measuring = new Measuring()) {
            AcksRun.Result result = new AcksRun(plan, start, measuring, err::println).run();
            return new AcksReport(surroundings, fileSystem, plan, result);
        }
    }

    private AcksPlan plan() {
        run.problem(AcksReport.MARK).ifPresent(problem -> {
            throw invocation.wrong(problem);
        });
        if (!Files.isWritable(directory)) {
            throw invocation.wrong("--directory: can't write into " + directory);
        }
        List<Load> loads = Stream.concat(
                        rates.stream().filter(rate -> rate != 0).map(Load::perSecond),
                        windows.stream().filter(window -> window != 0).map(Load::unanswered))
                .toList();
        try {
            return new AcksPlan(
                    logs, loads, run.rounds(), new AcksPlan.Crowd(publishers, rooms, size), warmup, seconds);
        } catch (IllegalArgumentException e) {
            throw invocation.wrong(e);
        }
    }

    private static Path script() throws IOException {
        Path script = Path.of(System.getProperty("magpie.home", ""), "magpie").toAbsolutePath();
        if (!Files.isExecutable(script)) {
            throw new IOException("there is no " + script + "; start the bench with ./magpie bench acks");
        }
        return script;
    }
}
