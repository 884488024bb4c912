package io.magpie.bench.compare;

import io.magpie.bench.Environment;
import io.magpie.bench.Invocation;
import io.magpie.bench.compare.load.CrowdPlan;
import io.magpie.bench.compare.load.Entrance;
import io.magpie.bench.measure.RunOptions;
import io.magpie.bench.measure.Surroundings;
import io.magpie.bench.yardstick.Yardstick;
import io.magpie.bench.yardstick.Yardsticks;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of {@code magpie bench storm}, and the run.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
@Command(
        name = "storm",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        exitCodeOnExecutionException = Invocation.CANNOT,
        header = "Measures what a connection costs a server: many at once, Magpie beside others.",
        description = {
            "",
            "Connects as fast as the server takes it, with at most 200 connections in flight, and measures the server's"
                    + " CPU time per connection and connections per second, in interleaved rounds after some that don't"
                    + " count, since a JIT compiler needs tens of thousands of connections. Where clients have to say hello after the upgrade (Magpie's connect envelope, which joins"
                    + " the room) it is measured without and with that.",
            ""
        },
        footerHeading = "%n",
        footer = "Exit code: 0 all was measured; 2 wrong options, or it can't be measured here.")
public final class StormCommand implements Callable<Integer> {
    @Mixin
    private Invocation invocation = new Invocation();

    @Option(names = "--connects", paramLabel = "N", description = "connections of each storm")
    private int connects = 5000;

    @Option(names = "--warmup", paramLabel = "N", description = "rounds that don't count, before the others")
    private int warmup = 10;

    @Option(names = "--servers", paramLabel = "NAME", split = ",", description = "which servers, as in compare")
    private List<String> servers = List.of(Servers.EPOLL, "stock");

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = invocation.err();
        List<Yardstick> all = Yardsticks.all(Yardsticks.home());
        problem(all).ifPresent(problem -> {
            throw invocation.wrong(problem);
        });
        Surroundings surroundings =
                Surroundings.of(Environment.here(), run, connects + " connections per storm", warmup + " rounds");
        try (Workplace workplace = Workplace.open(all, servers, run.loadCpu(), err::println)) {
            publish(new StormResults(surroundings, connects, measure(workplace, err)));
            return Invocation.OK;
        } catch (IOException | UncheckedIOException e) {
            return invocation.cannot(String.valueOf(e.getMessage()));
        }
    }

    private List<StormFigures> measure(Workplace workplace, PrintWriter err) throws IOException, InterruptedException {
        List<StormFigures> figures = new ArrayList<>();
        try (ServerPool pool = new ServerPool(run.serverCpu(), false, workplace.directory())) {
            for (int round = 1 - warmup; round <= run.rounds(); round++) {
                for (Yardstick yardstick : workplace.yardsticks()) {
                    if (servers.contains(yardstick.name())) {
                        figures.addAll(storms(workplace, pool.get(yardstick), round, err));
                    }
                }
            }
        }
        figures.removeIf(one -> one.round() < 1);
        return figures;
    }

    private List<StormFigures> storms(Workplace workplace, ServerPool.Started started, int round, PrintWriter err)
            throws IOException, InterruptedException {
        boolean saysHello = !started.yardstick().dialect().hello(0).isEmpty();
        List<StormFigures> figures = new ArrayList<>();
        for (boolean hello : saysHello ? new boolean[] {false, true} : new boolean[] {false}) {
            CrowdPlan plan = new CrowdPlan(
                    started.server().port(),
                    started.yardstick().dialect(),
                    started.takeRooms(1),
                    1,
                    connects,
                    0,
                    false,
                    hello);
            Entrance entrance = workplace.loop().storm(plan, started.server().pids());
            StormFigures one = StormFigures.of(started.yardstick().name(), hello, round, entrance);
            figures.add(one);
            err.println(Lines.progress(one, run.rounds()));
        }
        return figures;
    }

    private void publish(StormResults results) throws IOException {
        PrintWriter out = invocation.out();
        out.println(results.table().text());
        out.println(Tables.of(results.bars()).text());
        if (run.out().isPresent()) {
            results.write(run.out().get());
        }
        if (run.docs().isPresent()) {
            results.update(run.docs().get());
        }
    }

    private Optional<String> problem(List<Yardstick> all) {
        List<String> names = all.stream().map(Yardstick::name).toList();
        Optional<String> unknown =
                servers.stream().filter(name -> !names.contains(name)).findFirst();
        if (unknown.isPresent()) {
            return Optional.of("--servers: there is no " + unknown.get() + "; there are " + String.join(", ", names));
        }
        return connects < 1 || warmup < 0
                ? Optional.of("--connects must be at least 1, and --warmup at least 0")
                : run.problem(StormResults.MARK);
    }
}
