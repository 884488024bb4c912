package io.magpie.bench.compare;

import io.magpie.bench.compare.load.Crowd;
import io.magpie.bench.compare.load.CrowdPlan;
import io.magpie.bench.compare.load.LoadLoop;
import io.magpie.bench.compare.load.LoadLoop.Timing;
import io.magpie.bench.compare.load.Security;
import io.magpie.bench.compare.load.Window;
import io.magpie.bench.yardstick.Yardstick;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Carries out one scenario: all servers at once, their rounds interleaved, so that whatever else the machine does hits
 * all of them alike. Before its first traffic a server with a compiler is warmed up, and for a third as long before each
 * new scenario. A server that doesn't start or doesn't let its members in is left out from then on.
 *
 * <p>Owner: the main thread.
 */
final class Contest {
    /** A measurement is made in parts, between which the others have theirs: what disturbs a machine lasts for seconds. */
    static final Duration SLICE = Duration.ofMillis(500);

    private static final Duration BEFORE = Duration.ofMillis(150);

    /** For a server that doesn't compile: only to fill its tables. */
    private static final Duration COMPILED_WARMUP = Duration.ofSeconds(2);

    /** A server that is warm has a new kind of traffic to get used to. */
    private static final int WARM_SHARE = 3;

    private static final Duration RUN_UP = Duration.ofSeconds(1);
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final Plan plan;
    private final Scenario scenario;
    private final ServerPool pool;
    private final LoadLoop loop;
    private final Consumer<String> progress;
    private final Map<String, Yardstick> yardsticks;
    private final Map<Contestant, Crowd> crowds = new HashMap<>();
    private final List<Figures> figures = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    /** @param progress gets a line for each step */
    Contest(Plan plan, Scenario scenario, ServerPool pool, LoadLoop loop, Consumer<String> progress) {
        this.plan = plan;
        this.scenario = scenario;
        this.pool = pool;
        this.loop = loop;
        this.progress = progress;
        this.yardsticks = plan.yardsticks().stream().collect(Collectors.toMap(Yardstick::name, Function.identity()));
    }

    /** Measures everybody in every round. */
    Results run() throws InterruptedException {
        List<String> names = plan.yardsticks().stream().map(Yardstick::name).toList();
        List<Contestant> contestants = new ArrayList<>(scenario.contestants(names, plan.servers(), plan.members()));
        try {
            contestants.removeIf(contestant -> fails(contestant, () -> warmUp(contestant)));
            for (int round = 1; round <= plan.rounds(); round++) {
                for (Level level : scenario.levels()) {
                    round(contestants, level, round);
                }
            }
        } finally {
            for (Crowd crowd : crowds.values()) {
                loop.close(crowd, List.of());
            }
        }
        return new Results(figures, leftOut);
    }

    private void round(List<Contestant> contestants, Level level, int round) {
        Duration before = scenario.needsRunUp() ? RUN_UP : BEFORE;
        // Where the crowd comes and goes with a measurement, one part has to do.
        int slices = scenario.connectsForEachMeasurement()
                ? 1
                : (int) Math.max(1, plan.measured().toMillis() / SLICE.toMillis());
        Timing timing = new Timing(before, plan.measured().dividedBy(slices), DRAIN);
        Map<Contestant, Window> windows = new HashMap<>();
        for (int slice = 0; slice < slices; slice++) {
            contestants.removeIf(contestant -> fails(
                    contestant, () -> windows.merge(contestant, measure(contestant, level, timing), Window::plus)));
        }
        for (Contestant contestant : contestants) {
            int receivers = scenario.members(plan.members()) - contestant.stopped();
            Window window = Objects.requireNonNull(windows.get(contestant));
            Figures result = Figures.of(scenario, contestant, level, round, receivers, window);
            figures.add(result);
            progress.accept(Lines.progress(result, plan.rounds()));
        }
    }

    /** Something that needs a server. */
    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private boolean fails(Contestant contestant, Step step) {
        try {
            step.run();
            return false;
        } catch (IOException | UncheckedIOException e) {
            String why = scenario + " " + contestant.label() + ": " + e.getMessage();
            progress.accept("left out: " + why);
            leftOut.add(why);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The heaviest level first: it makes the JIT compiler work most. */
    private void warmUp(Contestant contestant) throws IOException, InterruptedException {
        progress.accept(scenario + " warm-up " + contestant.label());
        Yardstick yardstick = yardstick(contestant.server());
        Duration whole = yardstick.compiled() && plan.warmup().compareTo(COMPILED_WARMUP) > 0
                ? COMPILED_WARMUP
                : plan.warmup().dividedBy(pool.get(yardstick).warm() ? WARM_SHARE : 1);
        Duration each = whole.dividedBy(scenario.levels().size());
        for (int i = scenario.levels().size() - 1; i >= 0; i--) {
            measure(contestant, scenario.levels().get(i), new Timing(Duration.ZERO, each, DRAIN));
        }
    }

    private Window measure(Contestant contestant, Level level, Timing timing) throws IOException, InterruptedException {
        ServerPool.Started started = pool.get(yardstick(contestant.server()));
        Crowd crowd = crowd(started, contestant);
        List<Long> pids = started.server().pids();
        Window window = level.closed()
                ? loop.closed(crowd, level.window(), pids, timing)
                : loop.open(crowd, level.rate(), pids, timing);
        if (scenario.connectsForEachMeasurement() || !window.clean()) {
            crowds.remove(contestant);
            loop.close(crowd, pids);
        }
        return window;
    }

    private Crowd crowd(ServerPool.Started started, Contestant contestant) throws IOException, InterruptedException {
        Crowd known = crowds.get(contestant);
        if (known != null) {
            return known;
        }
        CrowdPlan members = new CrowdPlan(
                started.server().port(),
                started.yardstick().dialect(),
                started.takeRooms(scenario.rooms()),
                scenario.rooms(),
                scenario.members(plan.members()),
                contestant.stopped(),
                scenario.deflate(),
                true);
        Crowd crowd = loop.open(members.over(started.yardstick().tls() ? Security.TLS : Security.NONE));
        crowds.put(contestant, crowd);
        return crowd;
    }

    private Yardstick yardstick(String name) throws IOException {
        Yardstick found = yardsticks.get(name);
        if (found == null) {
            throw new IOException("there is no such server");
        }
        return found;
    }
}
