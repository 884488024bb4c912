package io.magpie.gateway;

import io.magpie.gateway.config.ConfigException;
import io.magpie.gateway.config.ConfigLoader;
import io.magpie.gateway.config.GatewayConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of the gateway. Exit codes: 0 fine, 1 it couldn't start, 2 the command or configuration is wrong. */
@Command(
        name = "magpie",
        description = "A chat gateway for WeChat mini-programs.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionProvider.class,
        subcommands = {
            Main.Run.class,
            Main.CheckConfig.class,
            Main.DefaultConfig.class,
            Tokens.Make.class,
            Tokens.Explain.class,
            Operate.Drain.class,
            Operate.Rebalance.class,
            RepairLog.class,
            Doctor.class,
            Prepare.class
        })
public final class Main implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final int WRONG = 2;

    /** As a process that SIGTERM has ended. */
    private static final int AT_ONCE = 143;

    @Spec
    private @Nullable CommandSpec spec;

    /** Runs a command and ends the process with its exit code. */
    public static void main(String... arguments) {
        // Each renegotiation costs a signature, on an event loop; TLS 1.3 has none, and BoringSSL refuses it by itself.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        // JDK 17 keeps idle connections for 20 minutes, in which whatever is between forgets them without a word.
        System.setProperty("jdk.httpclient.keepalive.timeout", "30");
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof ConfigException) {
                command.getErr().println("The configuration can't be used:");
                String.valueOf(failure.getMessage())
                        .lines()
                        .forEach(line -> command.getErr().println("  " + line));
                return WRONG;
            }
            if (failure instanceof IllegalStateException || failure instanceof UncheckedIOException) {
                LOG.debug("start.failed", failure);
                command.getErr().println(failure.getMessage());
                return 1;
            }
            throw failure;
        });
    }

    /** Where a command is run, with the streams that it writes to. */
    static CommandLine commandLine(@Nullable CommandSpec command) {
        if (command == null) {
            throw new IllegalStateException("not run from a command line");
        }
        return command.commandLine();
    }

    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getErr());
        }
        return WRONG;
    }

    /** Where the configuration comes from; the same for all commands that read it. */
    static final class Sources {
        @Option(
                names = {"-c", "--config"},
                paramLabel = "FILE",
                description = "A YAML file; see default-config. Also MAGPIE_CONFIG.",
                defaultValue = "${env:MAGPIE_CONFIG}")
        private @Nullable Path file;

        @Option(
                names = "--set",
                paramLabel = "KEY=VALUE",
                description = "Sets one key, over the file and the environment; may be repeated.")
        private List<String> settings = new ArrayList<>();

        GatewayConfig load() {
            return ConfigLoader.load(Optional.ofNullable(file), System.getenv(), settings);
        }
    }

    /** Starts the gateway and serves until the process is told to end. */
    @Command(name = "run", description = "Starts the gateway.", mixinStandardHelpOptions = true)
    static final class Run implements Callable<Integer> {
        @CommandLine.Mixin
        private Sources sources = new Sources();

        @Override
        public Integer call() throws InterruptedException {
            Gateway gateway = new Gateway(sources.load());
            Addresses addresses;
            try {
                addresses = gateway.start();
            } catch (IllegalStateException e) {
                gateway.close();
                throw e;
            }
            CountDownLatch asked = new CountDownLatch(1);
            AtomicBoolean closed = new AtomicBoolean();
            Signals.onTermination(() -> onSignal(asked));
            // For all other ways to end: a terminal that is closed, or a JVM that doesn't let us hear signals.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(gateway, closed), "magpie-shutdown"));
            announce(addresses);
            asked.await();
            close(gateway, closed);
            return 0;
        }

        private static void close(Gateway gateway, AtomicBoolean closed) {
            if (closed.compareAndSet(false, true)) {
                LOG.info("gateway.stopping");
                gateway.close();
                LOG.info("gateway.stopped");
            }
        }

        /** The first signal lets everything end in order, the second ends it. */
        private static void onSignal(CountDownLatch asked) {
            if (asked.getCount() == 0) {
                Runtime.getRuntime().halt(AT_ONCE);
            }
            asked.countDown();
        }

        private static void announce(Addresses addresses) {
            LOG.info(
                    "gateway.started version={} listen={} management={} transport={} loops={}",
                    Version.current(),
                    addresses.openText(),
                    addresses.managementText(),
                    addresses.transport(),
                    addresses.loops());
            LOG.info("gateway.hint demo={} websocket={}", addresses.page(), addresses.webSocket());
        }
    }

    /** Reads the configuration as {@code run} would, and says whether it is right. */
    @Command(
            name = "check-config",
            description = "Checks the configuration and lists all that is wrong with it.",
            mixinStandardHelpOptions = true)
    static final class CheckConfig implements Callable<Integer> {
        @CommandLine.Mixin
        private Sources sources = new Sources();

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            sources.load();
            if (spec != null) {
                spec.commandLine().getOut().println("The configuration is right.");
            }
            return 0;
        }
    }

    /** Prints the default configuration, with a comment for each key. */
    @Command(
            name = "default-config",
            description = "Prints the default configuration with comments, as a file to begin with.",
            mixinStandardHelpOptions = true)
    static final class DefaultConfig implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            try (InputStream in = Main.class.getResourceAsStream("default-config.yaml")) {
                if (in == null || spec == null) {
                    throw new IllegalStateException("default-config.yaml is missing");
                }
                PrintWriter out = spec.commandLine().getOut();
                out.print(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                out.flush();
            }
            return 0;
        }
    }

    /** Prints what {@code --version} says. */
    static final class VersionProvider implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "magpie " + Version.current(), "${java.vm.name} ${java.version} on ${os.name} ${os.version}"
            };
        }
    }
}
