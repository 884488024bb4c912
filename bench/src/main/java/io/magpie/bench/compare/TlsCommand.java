package io.magpie.bench.compare;

import io.magpie.bench.DurationConverter;
import io.magpie.bench.Environment;
import io.magpie.bench.Invocation;
import io.magpie.bench.compare.load.LoadLoop;
import io.magpie.bench.measure.RunOptions;
import io.magpie.bench.measure.Surroundings;
import io.magpie.bench.yardstick.Yardstick;
import io.magpie.bench.yardstick.Yardsticks;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of {@code magpie bench tls}, and the run.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
@Command(
        name = "tls",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        exitCodeOnExecutionException = Invocation.CANNOT,
        header = "Measures what TLS costs a server: wss beside ws, Magpie beside others.",
        description = {
            "",
            "Two parts, in interleaved rounds: the CPU time that a server needs for a delivery, with one room of 1,000"
                    + " members as in compare's S1, every delivery checked; and for a connection, from connect to"
                    + " upgrade, one after the other: over ws, with a full handshake (TLS 1.3 and 1.2), and with a"
                    + " resumed session. Whether sessions were resumed is counted, and stands beside the figures.",
            ""
        },
        footerHeading = "%nServers%n%n",
        footer = {
            "magpie-epoll, magpie-wss (BoringSSL), magpie-wss-jdk (the JDK's TLS), stock, stock-wss, nchan, nchan-wss;"
                    + " for connections also magpie-wss-rsa, whose certificate has an RSA key of 2,048 bits. All other"
                    + " keys are ECDSA on P-256. vertx and vertx-wss take part only if --servers names them.",
            "Certificates are made for the run; the load doesn't look at them.",
            "",
            "Exit code: 0 all was measured; 1 a server was left out or did something wrong; 2 wrong options, or the"
                    + " load can't run here.",
            "",
            "A first look: magpie bench tls --servers magpie-epoll,magpie-wss --rounds 2"
        })
public final class TlsCommand implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;

    /** What one address of the load has ports for. */
    private static final int MAX_CONNECTS = 10_000;

    private static final String RSA = "magpie-wss-rsa";

    @Mixin
    private Invocation invocation = new Invocation();

    @Option(names = "--servers", paramLabel = "NAME", split = ",", description = "which servers; see below")
    private List<String> servers = List.of();

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "length of one measurement of deliveries; 0 leaves them out")
    private double seconds = 2;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            description = "traffic for each server before its first round; with little a JVM still compiles",
            converter = DurationConverter.class)
    private Duration warmup = Duration.ofSeconds(30);

    @Option(names = "--members", paramLabel = "N", description = "members of the room; fewer make a quick trial")
    private int members = 1000;

    @Option(
            names = "--connects",
            paramLabel = "N",
            description = "connections of each kind in each round; 0 leaves them out")
    private int connects = 2000;

    @Option(
            names = "--connect-warmup",
            paramLabel = "N",
            description = "rounds of connections that don't count, before the others")
    private int connectWarmup = 5;

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = invocation.err();
        List<Yardstick> all = Yardsticks.withTls(Yardsticks.home());
        problem(all).ifPresent(problem -> {
            throw invocation.wrong(problem);
        });
        Environment environment = Environment.here();
        try (Workplace workplace = Workplace.open(all, wanted(), run.loadCpu(), err::println)) {
            TlsPublication publication = measure(workplace, environment, err);
            publish(publication);
            return publication.clean() ? Invocation.OK : Invocation.FAIL;
        } catch (IOException e) {
            return invocation.cannot(String.valueOf(e.getMessage()));
        }
    }

    private TlsPublication measure(Workplace workplace, Environment environment, PrintWriter err)
            throws InterruptedException {
        Results deliveries = new Results(List.of(), List.of());
        HandshakeResults connections = new HandshakeResults(List.of(), List.of());
        try (ServerPool pool = new ServerPool(run.serverCpu(), false, workplace.directory())) {
            if (seconds > 0) {
                Plan plan = new Plan(
                        workplace.yardsticks(),
                        servers,
                        run.rounds(),
                        warmup,
                        Duration.ofNanos((long) (seconds * NANOS_PER_SECOND)),
                        members);
                deliveries = new Contest(plan, Scenario.TLS, pool, workplace.loop(), err::println).run();
            }
            if (connects > 0) {
                List<Yardstick> chosen = workplace.yardsticks().stream()
                        .filter(yardstick -> wanted().contains(yardstick.name()))
                        .toList();
                Handshakes.Plan plan = new Handshakes.Plan(chosen, connects, run.rounds(), connectWarmup);
                connections = new Handshakes(plan, pool, workplace.loop(), err::println).run();
            }
        }
        return new TlsPublication(surroundings(environment), LoadLoop.tls(), deliveries, connections);
    }

    private void publish(TlsPublication publication) throws IOException {
        invocation.out().println(publication.text());
        if (run.out().isPresent()) {
            publication.write(run.out().get());
        }
        if (run.docs().isPresent()) {
            publication.update(run.docs().get());
        }
    }

    private Surroundings surroundings(Environment environment) {
        return Surroundings.of(
                environment,
                run,
                seconds + " s and " + connects + " connections per measurement",
                warmup.toMillis() / MILLIS_PER_SECOND + " s per server, and " + connectWarmup
                        + " rounds of connections");
    }

    /** The servers of the run, if they can run here. */
    private List<String> wanted() {
        if (!servers.isEmpty()) {
            return servers;
        }
        List<String> all = Yardsticks.withTls(Yardsticks.home()).stream()
                .map(Yardstick::name)
                .toList();
        List<String> usual = Scenario.TLS.contestants(all, List.of(), members).stream()
                .map(Contestant::server)
                .toList();
        return all.stream()
                .filter(name -> usual.contains(name) || name.equals(RSA))
                .toList();
    }

    private Optional<String> problem(List<Yardstick> all) {
        List<String> names = all.stream().map(Yardstick::name).toList();
        Optional<String> unknown =
                servers.stream().filter(name -> !names.contains(name)).findFirst();
        if (unknown.isPresent()) {
            return Optional.of("--servers: there is no " + unknown.get() + "; there are " + String.join(", ", names));
        }
        if (seconds < 0 || members < 1) {
            return Optional.of("--seconds must be at least 0 and --members at least 1");
        }
        if (connects < 0 || connects > MAX_CONNECTS || connectWarmup < 0) {
            return Optional.of(
                    "--connects must be at least 0 and at most " + MAX_CONNECTS + ", and --connect-warmup at least 0");
        }
        return run.problem(TlsPublication.MARK);
    }
}
