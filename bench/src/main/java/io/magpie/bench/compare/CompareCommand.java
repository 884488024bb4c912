package io.magpie.bench.compare;

import io.magpie.bench.DurationConverter;
import io.magpie.bench.Environment;
import io.magpie.bench.Invocation;
import io.magpie.bench.measure.RunOptions;
import io.magpie.bench.measure.Surroundings;
import io.magpie.bench.yardstick.Yardstick;
import io.magpie.bench.yardstick.Yardsticks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of {@code magpie bench compare}, and the wiring of a run.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        exitCodeOnExecutionException = Invocation.CANNOT,
        header = "Measures Magpie beside other servers: same run, same processor, same load.",
        description = {
            "",
            "Starts the servers of a scenario, each pinned to one processor, keeps the load on another one, and measures"
                    + " them in interleaved rounds: the CPU time that a server needs for a delivery, deliveries per"
                    + " second, and latency. Every delivery is checked: lost, doubled or reordered messages are faults.",
            ""
        },
        footerHeading = "%nScenarios%n%n",
        footer = {
            "S1  one room of 1,000 members; one publisher keeps w = 1, 4, 32 messages outstanding",
            "S2  100 rooms of 10 members; 8,000 messages/s by all of them",
            "S3  one room of 10,000 members; 20 messages/s",
            "S4  as S1, with Magpie in plain mode",
            "S5  as S1 with w=4; all members negotiated permessage-deflate",
            "S6  as S1 with w=4; all members read, or 100 of them nothing",
            "",
            "magpie-disk, Magpie with a durable log, takes part only if --servers names it; its data is in the folder for"
                    + " temporary files (-Djava.io.tmpdir), which has to be on the disk that is meant.",
            "",
            "Exit code: 0 all was measured; 1 a server was left out or did something wrong; 2 wrong options, or the"
                    + " load can't run here. A bar that is missed is printed, and doesn't change the exit code.",
            "",
            "A first look: magpie bench compare --scenario S1 --servers magpie-epoll,stock,relay --rounds 2",
            "A durable log: magpie bench compare --scenario S1,S2 --servers magpie-epoll,magpie-disk"
        })
public final class CompareCommand implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;

    @Mixin
    private Invocation invocation = new Invocation();

    @Option(names = "--scenario", paramLabel = "NAME", split = ",", description = "S1 to S6; all if not given")
    private List<Scenario> scenarios = List.of();

    @Option(
            names = "--servers",
            paramLabel = "NAME",
            split = ",",
            description = "which servers; if not given, those that the bars need, and in S1 all that can run here")
    private List<String> servers = List.of();

    @Option(names = "--seconds", paramLabel = "N", description = "length of one measurement")
    private double seconds = 2;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            description = "traffic for each server before its first round; with little a JVM still compiles",
            converter = DurationConverter.class)
    private Duration warmup = Duration.ofSeconds(30);

    @Option(
            names = "--members",
            paramLabel = "N",
            defaultValue = "10000",
            description = "the most members of a room; fewer make a quick trial")
    private int members;

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = invocation.err();
        List<Yardstick> all = Yardsticks.all(Yardsticks.home());
        problem(all).ifPresent(problem -> {
            throw invocation.wrong(problem);
        });
        Environment environment = Environment.here();
        try (Workplace workplace = Workplace.open(all, servers, run.loadCpu(), err::println)) {
            Results results = measure(workplace, err);
            publish(new Publication(surroundings(environment), results, Bars.of(results)));
            return results.clean() ? Invocation.OK : Invocation.FAIL;
        } catch (IOException e) {
            return invocation.cannot(String.valueOf(e.getMessage()));
        }
    }

    private Results measure(Workplace workplace, PrintWriter err) throws InterruptedException {
        Plan plan = new Plan(
                workplace.yardsticks(),
                servers,
                run.rounds(),
                warmup,
                Duration.ofNanos((long) (seconds * NANOS_PER_SECOND)),
                members);
        List<Figures> figures = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        Path files = workplace.directory();
        try (ServerPool usual = new ServerPool(run.serverCpu(), false, files.resolve("usual"));
                ServerPool deflating = new ServerPool(run.serverCpu(), true, files.resolve("deflating"))) {
            for (Scenario scenario : scenarios.isEmpty() ? Scenario.COMPARED : scenarios) {
                ServerPool pool = scenario.deflate() ? deflating : usual;
                Results results = new Contest(plan, scenario, pool, workplace.loop(), err::println).run();
                figures.addAll(results.figures());
                leftOut.addAll(results.leftOut());
            }
        }
        return new Results(figures, leftOut);
    }

    private void publish(Publication publication) throws IOException {
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
                seconds + " s per measurement, in parts of at most " + Contest.SLICE.toMillis() + " ms",
                warmup.toMillis() / MILLIS_PER_SECOND + " s per server");
    }

    private Optional<String> problem(List<Yardstick> all) {
        List<String> names = all.stream().map(Yardstick::name).toList();
        Optional<String> unknown =
                servers.stream().filter(name -> !names.contains(name)).findFirst();
        if (unknown.isPresent()) {
            return Optional.of("--servers: there is no " + unknown.get() + "; there are " + String.join(", ", names));
        }
        if (!Scenario.COMPARED.containsAll(scenarios)) {
            return Optional.of("--scenario must be of " + Scenario.COMPARED + "; TLS is measured by magpie bench tls");
        }
        if (seconds <= 0 || members < 1) {
            return Optional.of("--seconds must be above 0 and --members at least 1");
        }
        return run.problem(Publication.MARK);
    }
}
