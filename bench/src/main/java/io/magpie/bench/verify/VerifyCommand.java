package io.magpie.bench.verify;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.bench.DurationConverter;
import io.magpie.bench.Environment;
import io.magpie.bench.Invocation;
import io.magpie.bench.gateway.GatewayCommand;
import io.magpie.bench.measure.Scratch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code magpie bench verify}: breaks a gateway and proves that it kept its promises.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        header = "Injects faults into a gateway and checks that nothing acknowledged is lost, doubled or reordered.",
        description = {
            "",
            "Starts a gateway of its own, on loopback and a new data directory. Clients in rooms send messages that are"
                    + " all different, come back with their position whenever their connection ends, send again with"
                    + " the same key what wasn't answered, and read pages of history. All that they do and see is"
                    + " written down, on one clock; when the faults are over, everybody must have everything within"
                    + " 10 s. Then the rooms' whole logs are read, and a checker decides. A send without an answer is"
                    + " unknown: it may be stored once, or not.",
            ""
        },
        footerHeading = "%nFaults:%n",
        footer = {
            "  kill        kill -9 and a start",
            "  power       kill -9, what no fsync has brought to the disk is taken away, and a start (cc, LD_PRELOAD)",
            "  stop        SIGSTOP, and SIGCONT within 0.8 s",
            "  term        SIGTERM and a start",
            "  proxy       delay, rate, one-byte slices, cuts, resets, half-open, black holes; either direction",
            "  cut         one connection cut after a random number of bytes; --faults counts cuts",
            "  ack-loss    clients don't see a part of the oks",
            "  disk-full   the log's file system, a small one in memory, is full for 2 s (root, unshare)",
            "  io-error    writes and fsyncs of the log fail or take long (cc, LD_PRELOAD)",
            "  clock       the wall clock jumps by up to an hour (cc, LD_PRELOAD)",
            "  slow        some clients read nothing for up to a second",
            "  corrupt     a run of its own: files of a stopped gateway are damaged, --faults copies; refused ones are repaired",
            "What this machine can't do is skipped, and said to be.",
            "",
            "Exit code: 0 verdict OK; 1 verdict WRONG; 2 wrong options, or the gateway can't be started; 3 verdict"
                    + " UNKNOWN: nothing is wrong, but it is no proof.",
            "",
            "The bars:",
            "  verify --fault kill --faults 200 --rate 500",
            "  verify --fault cut --faults 1000 --rate 2000",
            "  verify --fault ack-loss --faults 1 --messages 20000 --rate 2000",
            "  verify --fault corrupt --faults 1000",
            "  verify --fault proxy --faults 0 --soak 30m --rate 200"
        })
public final class VerifyCommand implements Callable<Integer> {
    private static final int UNKNOWN = 3;
    private static final Duration USUAL_ACK_TIMEOUT = Duration.ofSeconds(3);

    /** A client that loses acks on purpose needn't wait long for them. */
    private static final Duration SHORT_ACK_TIMEOUT = Duration.ofMillis(300);

    @Mixin
    private Invocation invocation = new Invocation();

    @Option(
            names = "--fault",
            paramLabel = "FAULT",
            split = ",",
            description = "what is done to the gateway, see below; may be repeated; kill if nothing else ends the run",
            converter = FaultConverter.class)
    private List<Fault> faults = new ArrayList<>();

    @Option(names = "--faults", paramLabel = "N", description = "how many faults")
    private int count = 40;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            description = "from one fault to the next; 0s: each kind's own",
            converter = DurationConverter.class)
    private Duration every = Duration.ZERO;

    @Option(names = "--rate", paramLabel = "N", description = "messages per second, over all")
    private double rate = 500;

    @Option(names = "--clients", paramLabel = "N", description = "clients, each in one room")
    private int clients = 64;

    @Option(names = "--publishers", paramLabel = "N", description = "of them, those that send; 0: all")
    private int publishers;

    @Option(names = "--rooms", paramLabel = "N", description = "rooms")
    private int rooms = 8;

    @Option(names = "--size", paramLabel = "BYTES", description = "bytes of a message, about")
    private int size = 100;

    @Option(names = "--messages", paramLabel = "N", description = "send so many and no more; 0: no end")
    private long messages;

    @Option(names = "--eaten", paramLabel = "X", description = "part of the oks that ack-loss takes away")
    private double eaten = 0.2;

    @Option(
            names = "--warm",
            paramLabel = "TIME",
            description = "messages without faults, before",
            converter = DurationConverter.class)
    private Duration warm = Duration.ofSeconds(2);

    @Option(
            names = "--soak",
            paramLabel = "TIME",
            description = "go on for so long, and compare heap, descriptors and threads of the gateway with before",
            converter = DurationConverter.class)
    private Duration soak = Duration.ZERO;

    @Option(
            names = "--restart-within",
            paramLabel = "TIME",
            description = "a gateway that was killed has to listen again within this time",
            converter = DurationConverter.class)
    private Duration restart = Duration.ofSeconds(3);

    @Option(names = "--log", description = "disk or memory; a log in memory doesn't outlive a restart")
    private VerifyPlan.Log.Kind log = VerifyPlan.Log.Kind.DISK;

    @Option(names = "--durability", description = "fsync or process; only of a log on disk")
    private VerifyPlan.Log.Durability durability = VerifyPlan.Log.Durability.FSYNC;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "a key of the gateway's configuration")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--java-opts", paramLabel = "FLAGS", description = "further flags of the gateway's JVM")
    private String javaOptions = "";

    @Option(names = "--seed", paramLabel = "N", description = "of all that is left to chance; 0: any")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "keep the history, verify.json, the data and the gateway's logs there")
    private @Nullable Path out;

    @Option(
            names = "--check",
            paramLabel = "FILE",
            description = "run nothing, only judge this history of an earlier run")
    private @Nullable Path check;

    @Option(names = "--gateway-class-path", hidden = true)
    private @Nullable String gatewayClassPath;

    @Option(names = "--gateway-main", hidden = true)
    private @Nullable String gatewayMain;

    /** Variables of the gateway's process, for tests. */
    @Option(names = "--gateway-env", hidden = true)
    private Map<String, String> gatewayEnvironment = Map.of();

    /** Reads a fault as it is written on the command line. */
    static final class FaultConverter implements ITypeConverter<Fault> {
        @Override
        public Fault convert(String word) {
            try {
                return Fault.of(word.toLowerCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        VerifyPlan plan = plan();
        try {
            if (check != null) {
                return judge(plan, check);
            }
            Path directory = Scratch.orAsked(out, "magpie-verify");
            int exit = plan.faults().has(Fault.CORRUPT) ? corrupt(plan, directory) : verify(plan, directory);
            Scratch.leave(directory, out == null && exit == Invocation.OK, invocation.err());
            return exit;
        } catch (IOException e) {
            return invocation.cannot(e);
        }
    }

    private int verify(VerifyPlan plan, Path directory) throws IOException, InterruptedException {
        invocation.err().println("seed " + plan.seed());
        try (Equipment equipment = Equipment.of(plan, launch(plan, directory), directory)) {
            VerifyRun run = new VerifyRun(plan, directory.resolve("history.jsonl"), invocation.err());
            VerifyReport report =
                    new VerifyReport(Environment.here(), plan, equipment.skipped(), run.run(equipment), again(plan));
            report.print(invocation.out());
            report.write(directory.resolve("verify.json"));
            return exit(report.result().word());
        }
    }

    private int corrupt(VerifyPlan plan, Path directory) throws IOException, InterruptedException {
        PrintWriter text = invocation.out();
        invocation.err().println("seed " + plan.seed());
        if (plan.log().kind() == VerifyPlan.Log.Kind.MEMORY) {
            text.println("SKIPPED     corrupt: the log is in memory");
            text.println("verdict     UNKNOWN");
            return UNKNOWN;
        }
        CorruptRun.Result result = new CorruptRun(plan, launch(plan, directory), directory, invocation.err()).run();
        result.print(text);
        text.printf("again       %s%n", again(plan));
        text.printf("verdict     %s%n", result.ok() ? "OK" : "WRONG");
        text.flush();
        JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValue(directory.resolve("verify.json").toFile(), result);
        return result.ok() ? Invocation.OK : Invocation.FAIL;
    }

    private int judge(VerifyPlan plan, Path history) throws IOException {
        boolean complaints = plan.faults().kinds().stream().anyMatch(Fault::meetsComplaints);
        Verdict verdict = Journal.check(history, new Checker(new Checker.Bounds(Long.MAX_VALUE, complaints)));
        VerifyRun.Result result = new VerifyRun.Result(verdict, 0, 0, 0, List.of());
        new VerifyReport(Environment.here(), plan, List.of(), result, again(plan)).print(invocation.out());
        return exit(verdict.word());
    }

    private VerifyPlan plan() {
        Set<Fault> kinds = EnumSet.noneOf(Fault.class);
        kinds.addAll(faults);
        if (kinds.isEmpty() && messages == 0 && soak.isZero()) {
            kinds.add(Fault.KILL);
        }
        Duration ackTimeout = kinds.contains(Fault.ACK_LOSS) ? SHORT_ACK_TIMEOUT : USUAL_ACK_TIMEOUT;
        long chosen = seed != 0 ? seed : RandomGenerator.getDefault().nextInt(1, Integer.MAX_VALUE);
        try {
            return new VerifyPlan(
                    chosen,
                    new VerifyPlan.Load(
                            rooms, clients, publishers == 0 ? clients : publishers, rate, size, messages, ackTimeout),
                    new VerifyPlan.Faults(kinds, count, every, eaten, soak, restart),
                    new VerifyPlan.Log(log, durability),
                    warm);
        } catch (IllegalArgumentException e) {
            throw invocation.wrong(e);
        }
    }

    private Node.Launch launch(VerifyPlan plan, Path directory) throws IOException {
        GatewayCommand gateway = GatewayCommand.of(gatewayClassPath, gatewayMain, System.getProperty("magpie.home"));
        List<String> flags =
                javaOptions.isBlank() ? List.of() : List.of(javaOptions.strip().split(" +", -1));
        List<String> all = new ArrayList<>(plan.settings());
        all.addAll(settings);
        return new Node.Launch(gateway.line(directory, flags), all, Map.copyOf(gatewayEnvironment), directory);
    }

    /** The command that does this again, with the seed that was chosen. */
    private String again(VerifyPlan plan) {
        List<String> words = new ArrayList<>(List.of("./magpie", "bench", "verify"));
        for (String argument : invocation.arguments()) {
            if (!argument.startsWith("--gateway-class-path") && !argument.equals("verify")) {
                words.add(argument.contains(" ") ? "'" + argument + "'" : argument);
            }
        }
        if (seed == 0) {
            words.add("--seed=" + plan.seed());
        }
        return String.join(" ", words);
    }

    private static int exit(Verdict.Word word) {
        return switch (word) {
            case OK -> Invocation.OK;
            case WRONG -> Invocation.FAIL;
            case UNKNOWN -> UNKNOWN;
        };
    }
}
