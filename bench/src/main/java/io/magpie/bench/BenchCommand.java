package io.magpie.bench;

import io.magpie.protocol.Encoding;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of {@code magpie bench}, and the wiring of a run.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
@Command(
        name = "magpie bench",
        mixinStandardHelpOptions = true,
        versionProvider = BenchCommand.Version.class,
        showDefaultValues = true,
        exitCodeOnExecutionException = Invocation.CANNOT,
        header = "Puts the load of many mini-program clients on a server and checks every delivery.",
        description = {
            "",
            "Connects clients, spreads them over rooms and publishes at a fixed rate, whatever the server does (open"
                    + " model). Latency counts from the time at which a message should have been sent. Every member has"
                    + " to receive every message of its room once and in order.",
            ""
        },
        footerHeading = "%nDurations are written 500ms, 20s, 2m, 1h or PT20S.%n%n",
        footer = {
            "Exit code: 0 verdict OK; 1 verdict FAIL; 2 wrong options, or the server can't be reached.",
            "",
            "A hundred clients in one room, 50 messages/s: magpie bench --clients 100 --rooms 1 --rate 50"
        })
public final class BenchCommand implements Callable<Integer> {
    private static final Path PROC = Path.of("/proc");

    @Mixin
    private Invocation invocation = new Invocation();

    @Option(names = "--url", paramLabel = "URL", description = "WebSocket address, ws:// or wss://")
    private URI url = URI.create("ws://127.0.0.1:8080/ws");

    @Option(names = "--mode", description = "json, cbor or plain")
    private Encoding mode = Encoding.JSON;

    @Option(names = "--clients", paramLabel = "N", description = "connections")
    private int clients = 1000;

    @Option(names = "--rooms", paramLabel = "N", description = "rooms; each client is in one")
    private int rooms = 10;

    @Option(names = "--publishers", paramLabel = "N", description = "clients that publish; 0 means all")
    private int publishers;

    @Option(names = "--rate", paramLabel = "N", description = "messages per second, over all publishers")
    private double rate = 100;

    @Option(names = "--size", paramLabel = "BYTES", description = "bytes of a message's text")
    private int size = 128;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "how long to measure",
            converter = DurationConverter.class)
    private Duration duration = Duration.ofSeconds(20);

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            description = "messages at a rising rate before that; checked, but not measured",
            converter = DurationConverter.class)
    private Duration warmup = Duration.ofSeconds(5);

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            description = "how long the last deliveries may take",
            converter = DurationConverter.class)
    private Duration grace = Duration.ofSeconds(10);

    @Option(names = "--ramp", paramLabel = "N", description = "new connections per second, at most 200 at once")
    private double ramp = 500;

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            description = "from connecting to being in the room",
            converter = DurationConverter.class)
    private Duration connectTimeout = Duration.ofSeconds(10);

    @Option(
            names = "--source-addresses",
            paramLabel = "N",
            description = "connect from 127.0.0.1 to 127.0.0.N in turn: one address has ports for some 28,000 clients")
    private int sourceAddresses = 1;

    @Option(
            names = "--server-pid",
            paramLabel = "PID",
            description = "process on this machine whose CPU and memory are measured; 0 means none")
    private long serverPid;

    @Option(names = "--threads", paramLabel = "N", description = "event loops of the bench; 0 means half of the cores")
    private int threads;

    @Option(names = "--seed", paramLabel = "N", description = "of the publishers' order and of the padding")
    private long seed = 1;

    @Option(names = "--out", paramLabel = "FILE", description = "write the report as JSON")
    private @Nullable Path out;

    @Option(names = "--quiet", description = "plain lines instead of a progress bar")
    private boolean quiet;

    /** Names the version. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"magpie bench " + Environment.version()};
        }
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        BenchPlan plan = plan();
        ServerProbe probe = probe();
        checkOut();
        Environment environment = Environment.here();
        try (Fleet fleet = new NettyFleet(plan, Ticker.SYSTEM::nanoTime);
                Progress progress = progress()) {
            Measurement run = new LoadRig(plan, fleet, probe, Ticker.SYSTEM, progress).run();
            Report report = Report.of(plan, environment, run);
            Summary.print(report, invocation.out());
            if (out != null) {
                report.write(out);
            }
            return report.verdict() == Report.Verdict.OK ? Invocation.OK : Invocation.FAIL;
        } catch (UnreachableException e) {
            return invocation.cannot("can't reach " + url + ": " + e.getMessage());
        }
    }

    private BenchPlan plan() {
        int cores = Runtime.getRuntime().availableProcessors();
        try {
            return new BenchPlan(
                    new BenchPlan.Target(url, mode, connectTimeout, sourceAddresses),
                    new BenchPlan.Load(clients, rooms, publishers == 0 ? clients : publishers, rate, size),
                    new BenchPlan.Phases(ramp, warmup, duration, grace),
                    threads == 0 ? Math.max(1, cores / 2) : threads,
                    seed,
                    serverPid);
        } catch (IllegalArgumentException e) {
            throw invocation.wrong(e);
        }
    }

    private ServerProbe probe() {
        if (serverPid == 0) {
            return ServerProbe.none();
        }
        ServerProbe probe = ServerProbe.of(PROC.resolve(Long.toString(serverPid)));
        if (probe.sample().isEmpty()) {
            throw invocation.wrong("--server-pid: there is no process " + serverPid + " in " + PROC);
        }
        return probe;
    }

    /** A run may be long; that its report can't be written should be known before. */
    private void checkOut() {
        if (out == null) {
            return;
        }
        Path directory = out.toAbsolutePath().getParent();
        if (directory == null || !Files.isWritable(directory) || Files.isDirectory(out)) {
            throw invocation.wrong("--out: " + out + " can't be written");
        }
    }

    private Progress progress() {
        boolean bar = !quiet && Terminal.isStandardError();
        return bar ? new BarProgress() : new LineProgress(invocation.err());
    }
}
