package io.magpie.bench.simulate;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.magpie.bench.DocsPage;
import io.magpie.bench.DurationConverter;
import io.magpie.bench.Environment;
import io.magpie.bench.Invocation;
import io.magpie.bench.measure.Scratch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code magpie bench simulate}.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        header = "Runs the gateway with more sessions than there are sockets, in one JVM for each collector.",
        description = {
            "",
            "The gateway's own pipeline, sessions and rooms on channels without sockets: memory as it grows, the time of"
                    + " a broadcast to 1, 10,000 and all sessions, what the heartbeat costs, how long an event loop lets"
                    + " a task wait, and the collector's pauses. The clients live on the same event loops: what they cost"
                    + " is in the figures.",
            ""
        },
        footerHeading = "%n",
        footer = {
            "Exit code: 0 no loop let a task wait for more than 50 ms with at least one collector; 1 it did with all;"
                    + " 2 wrong options, or a run failed.",
            "",
            "A quick one: magpie bench simulate --sessions 100000 --gc g1 --heap 2g"
        })
public final class SimulateCommand implements Callable<Integer> {
    private static final String MARK = "simulate";
    private static final String PICTURE = "simulate-growth.png";

    @Mixin
    private Invocation invocation = new Invocation();

    @Option(names = "--sessions", paramLabel = "N", description = "sessions at the end")
    private int sessions = 1_000_000;

    @Option(
            names = "--gc",
            paramLabel = "NAME",
            split = ",",
            description = "collectors, one JVM each: g1, zgc, shenandoah",
            defaultValue = "g1,zgc,shenandoah")
    private List<Collector> collectors = new ArrayList<>();

    @Option(names = "--heap", paramLabel = "SIZE", description = "heap of each JVM, for example 12g")
    private String heap = "12g";

    @Option(names = "--loops", paramLabel = "N", description = "event loops; 0 means one for each processor")
    private int loops;

    @Option(
            names = "--heartbeat",
            paramLabel = "TIME",
            description = "how long the heartbeat is watched; its default interval is 25 s",
            converter = DurationConverter.class)
    private Duration heartbeat = Duration.ofSeconds(30);

    @Option(names = "--rounds", paramLabel = "N", description = "broadcasts to each room")
    private int rounds = 7;

    @Option(
            names = "--settle",
            paramLabel = "TIME",
            description = "wait before memory is measured; the timers of a handshake live for up to 3 s",
            converter = DurationConverter.class)
    private Duration settle = Duration.ofSeconds(4);

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "a key of the gateway's configuration")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "write simulate.json, docs-fragment.md, the growth curve and the collectors' logs there")
    private @Nullable Path out;

    @Option(
            names = "--docs",
            paramLabel = "FILE",
            description = "rewrite the generated part of this document, and draw the growth curve into img beside it")
    private @Nullable Path docs;

    @Override
    public Integer call() throws InterruptedException {
        SimulationPlan plan = plan();
        try {
            SimulationReport report = simulate(plan, Scratch.orAsked(out, "magpie-simulate-"));
            SimulationText text = new SimulationText(report);
            text.print(invocation.out());
            if (out != null) {
                new ObjectMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValue(out.resolve("simulate.json").toFile(), report);
                Files.writeString(out.resolve("docs-fragment.md"), text.document(PICTURE));
                GrowthChart.write(report, out.resolve(PICTURE));
            }
            if (docs != null) {
                Path images = Files.createDirectories(docs.toAbsolutePath().resolveSibling("img"));
                GrowthChart.write(report, images.resolve(PICTURE));
                Files.writeString(
                        docs, DocsPage.replace(Files.readString(docs), MARK, text.markdown("img/" + PICTURE)));
            }
            return report.met() ? Invocation.OK : Invocation.FAIL;
        } catch (IOException e) {
            return invocation.cannot(e);
        }
    }

    private SimulationReport simulate(SimulationPlan plan, Path directory) throws IOException, InterruptedException {
        int version = Runtime.version().feature();
        List<SimulationReport.Run> runs = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Collector collector : collectors) {
            ChildJvm jvm = new ChildJvm(collector, heap, directory);
            if (!jvm.available()) {
                notes.add("This JVM doesn't have " + collector.title(version) + ".");
                continue;
            }
            invocation.err().println("collector: " + collector.title(version));
            ChildJvm.Outcome outcome =
                    jvm.run(plan, ManagementFactory.getRuntimeMXBean().getInputArguments());
            Map<String, GcLog.Summary> collections = new LinkedHashMap<>();
            for (SimulationResult.Phase phase : outcome.result().phases()) {
                collections.put(phase.name(), outcome.pauses().between(phase.beginMillis(), phase.endMillis()));
            }
            runs.add(new SimulationReport.Run(collector.title(version), outcome.result(), collections));
        }
        if (runs.isEmpty()) {
            throw new IOException("none of the collectors " + collectors + " is in this JVM");
        }
        return new SimulationReport(Environment.here(), plan, heap, runs, notes);
    }

    private SimulationPlan plan() {
        if (!heap.matches("\\d{1,6}[mMgG]")) {
            throw invocation.wrong("--heap: '" + heap + "' is no size; write 512m or 12g");
        }
        try {
            checkDocs();
            return new SimulationPlan(
                    sessions,
                    loops == 0 ? Runtime.getRuntime().availableProcessors() : loops,
                    (int) Math.min(heartbeat.toSeconds(), Integer.MAX_VALUE),
                    rounds,
                    (int) Math.min(settle.toSeconds(), Integer.MAX_VALUE),
                    settings);
        } catch (IllegalArgumentException e) {
            throw invocation.wrong(e);
        }
    }

    /** Before an hour is spent: the document has a place for the figures. */
    private void checkDocs() {
        if (docs != null) {
            try {
                DocsPage.problem(Files.readString(docs), MARK).ifPresent(problem -> {
                    throw invocation.wrong("--docs: " + docs + " " + problem);
                });
            } catch (IOException e) {
                throw invocation.wrong("--docs: can't read " + docs);
            }
        }
    }
}
