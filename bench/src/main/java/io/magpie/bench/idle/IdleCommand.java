package io.magpie.bench.idle;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.magpie.bench.DurationConverter;
import io.magpie.bench.Environment;
import io.magpie.bench.Invocation;
import io.magpie.bench.LineProgress;
import io.magpie.bench.Progress;
import io.magpie.bench.gateway.GatewayProcess;
import io.magpie.bench.measure.Scratch;
import io.magpie.bench.tls.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code magpie bench idle}.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
@Command(
        name = "idle",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        header = "Measures what an idle session costs the gateway, and what it is made of.",
        description = {
            "",
            "Starts a gateway, connects clients over loopback, each a guest in one room, and compares the server's live"
                    + " heap, direct memory and resident memory with those before: a crowd of the same size has come and"
                    + " gone by then, so that the difference is the sessions alone. Needs jcmd, which a JDK has.",
            "",
            "With --tls the same over wss: TLS 1.3, no session resumed, a certificate made for the run. The targets are"
                    + " those of ws, so there are none then. What BoringSSL allocates is in no counter of the JVM: RSS"
                    + " is what tells, after what was freed has been given back to the system; and, where the JVM can"
                    + " ask the C library (jcmd PID System.native_heap_info), what that has handed out.",
            ""
        },
        footerHeading = "%n",
        footer = {
            "Exit code: 0 all targets are met, or there are none; 1 one is missed; 2 wrong options, or it couldn't be"
                    + " measured.",
            "",
            "On another JDK: magpie bench idle --java-home /path/to/jdk"
        })
public final class IdleCommand implements Callable<Integer> {
    @Mixin
    private Invocation invocation = new Invocation();

    @Option(names = "--sessions", paramLabel = "N", description = "connections")
    private int sessions = 15_000;

    @Option(names = "--rooms", paramLabel = "N", description = "rooms, over which the sessions are spread")
    private int rooms = 1_500;

    @Option(names = "--loops", paramLabel = "N", description = "event loops of the gateway")
    private int loops = 2;

    @Option(
            names = "--tls",
            paramLabel = "WHO",
            description = "over wss; which TLS the gateway has, as in tls.provider: none (over ws), auto, openssl, jdk")
    private Tls tls = Tls.NONE;

    @Option(
            names = "--settle",
            paramLabel = "TIME",
            description = "wait before each measurement; the timers of a handshake and of a closed connection live for"
                    + " up to 25 s",
            converter = DurationConverter.class)
    private Duration settle = Duration.ofSeconds(30);

    @Option(names = "--top", paramLabel = "N", description = "classes listed")
    private int top = 25;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "a key of the gateway's configuration")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--java-home",
            paramLabel = "DIR",
            description = "JDK of the gateway; else as the magpie script finds it")
    private @Nullable Path javaHome;

    @Option(names = "--java-opts", paramLabel = "FLAGS", description = "further flags of the gateway's JVM")
    private String javaOptions = "";

    @Option(names = "--out", paramLabel = "DIR", description = "write idle.json and docs-fragment.md there")
    private @Nullable Path out;

    @Override
    public Integer call() throws InterruptedException {
        IdlePlan plan = plan();
        try (Progress progress = new LineProgress(invocation.err())) {
            IdleReport report = measure(plan, progress);
            IdleText.print(report, top, invocation.out());
            write(report);
            return report.met() ? Invocation.OK : Invocation.FAIL;
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            return invocation.cannot(e);
        }
    }

    private IdleReport measure(IdlePlan plan, Progress progress) throws IOException, InterruptedException {
        Path program = Jcmd.find(javaHomes(), Objects.requireNonNullElse(System.getenv("PATH"), ""))
                .orElseThrow(() -> new IOException("jcmd isn't there: a JDK is needed, a JRE isn't enough"));
        Path directory = Files.createTempDirectory("magpie-idle-");
        try (GatewayProcess gateway = GatewayProcess.start(launch(plan, directory))) {
            Jcmd jcmd = new Jcmd(program, gateway.pid());
            IdleRun.Result result = new IdleRun(plan, gateway, jcmd, progress).run();
            return IdleReport.of(plan, Environment.here(), jcmd.version(), result);
        } finally {
            Scratch.delete(directory);
        }
    }

    private GatewayProcess.Launch launch(IdlePlan plan, Path directory) throws IOException, InterruptedException {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("MAGPIE_JAVA_OPTS", plan.javaOptions());
        if (javaHome != null) {
            environment.put("JAVA_HOME", javaHome.toString());
        }
        Map<String, String> configuration = plan.configuration();
        if (plan.tls().secure()) {
            configuration.putAll(plan.tls().settings(Identity.make(Identity.Kind.ECDSA, directory)));
        }
        return new GatewayProcess.Launch(
                List.of(script().toString(), "run"),
                configuration.entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue())
                        .toList(),
                environment,
                directory.resolve("gateway.log"));
    }

    private void write(IdleReport report) throws IOException {
        if (out != null) {
            Files.createDirectories(out);
            SimpleModule durations = new SimpleModule().addSerializer(Duration.class, ToStringSerializer.instance);
            JsonMapper.builder()
                    .addModule(durations)
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(out.resolve("idle.json").toFile(), report);
            Files.writeString(out.resolve("docs-fragment.md"), IdleText.markdown(report, top));
        }
    }

    private IdlePlan plan() {
        try {
            IdlePlan plan = new IdlePlan(sessions, rooms, loops, tls, settle, settings, javaOptions);
            Path limits = Path.of("/proc/self/limits");
            if (Files.isReadable(limits)) {
                plan.checkOpenFiles(Files.readAllLines(limits));
            }
            return plan;
        } catch (IllegalArgumentException | IOException e) {
            throw invocation.wrong(e);
        }
    }

    private Path script() throws IOException {
        String home = System.getProperty("magpie.home");
        Path script = Path.of(Objects.requireNonNullElse(home, "."), "magpie").toAbsolutePath();
        if (!Files.isExecutable(script)) {
            throw new IOException("there is no " + script + "; start the bench with ./magpie bench idle");
        }
        return script;
    }

    private Stream<Path> javaHomes() {
        return Stream.of(
                        javaHome == null ? "" : javaHome.toString(),
                        Objects.requireNonNullElse(System.getenv("JAVA_HOME"), ""),
                        System.getProperty("java.home"))
                .filter(home -> !home.isEmpty())
                .map(Path::of);
    }
}
