package io.magpie.bench.compare;

import io.magpie.bench.measure.Spread;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Magpie has to reach beside the other servers of the same run. Bars without figures are left out. */
final class Bars {
    private static final Level ONE = Level.window(1);
    private static final Level FOUR = Level.window(4);
    private static final Level MANY = Level.window(32);
    private static final Map<Level, Double> BEST = Map.of(ONE, 0.82, FOUR, 0.20, MANY, 0.04);
    private static final Map<Level, Double> ON_EPOLL = Map.of(ONE, 0.86, FOUR, 0.22, MANY, 0.05);
    private static final double OF_RELAY = 0.30;
    private static final double MANY_ROOMS = 0.90;
    private static final double LARGE_ROOM = 0.70;
    private static final double LARGE_ROOM_P99_MILLIS = 120;
    private static final double COMPRESSED = 0.25;
    private static final double BESIDE_STOPPED = 1.15;
    private static final double P99_BESIDE_STOPPED = 1.20;
    private static final double ON_DISK = 1.25;

    private final Results results;
    private final List<Bar> bars = new ArrayList<>();

    private Bars(Results results) {
        this.results = results;
    }

    /** The bars that these results say something about. */
    static List<Bar> of(Results results) {
        Bars all = new Bars(results);
        all.oneRoom(Scenario.S1, Servers.ENVELOPES);
        all.manyRooms();
        all.largeRoom();
        all.oneRoom(Scenario.S4, Servers.PLAIN);
        all.cost(Scenario.S5, FOUR, Servers.ENVELOPES, Servers.STOCK, COMPRESSED);
        all.besideStopped();
        all.onDisk(Scenario.S1);
        all.onDisk(Scenario.S2);
        return List.copyOf(all.bars);
    }

    private void oneRoom(Scenario scenario, List<String> transports) {
        for (Level level : scenario.levels()) {
            cost(scenario, level, transports, Servers.STOCK, BEST.getOrDefault(level, 1.0));
        }
        cost(scenario, FOUR, transports, Servers.RELAY, OF_RELAY);
        List<String> epoll = transports.subList(0, 1);
        for (Level level : scenario.levels()) {
            cost(scenario, level, epoll, Servers.STOCK, ON_EPOLL.getOrDefault(level, 1.0));
        }
    }

    private void manyRooms() {
        Level level = Scenario.S2.levels().get(0);
        cost(Scenario.S2, level, Servers.ENVELOPES, Servers.STOCK, MANY_ROOMS);
        best(Scenario.S2, level, Servers.ENVELOPES, Servers.STOCK).ifPresent(best -> {
            Spread p99 = results.ratio(Scenario.S2, level, best, Servers.STOCK, Figures::p99Millis);
            bars.add(new Bar("S2 p99 ÷ stock", best.label(), p99.median(), 1));
        });
    }

    private void largeRoom() {
        Scenario scenario = Scenario.S3;
        Level level = scenario.levels().get(0);
        cost(scenario, level, Servers.ENVELOPES, Servers.STOCK, LARGE_ROOM);
        best(scenario, level, Servers.ENVELOPES, Servers.STOCK).ifPresent(best -> {
            Spread p99 = results.spread(scenario, best, level, Figures::p99Millis);
            bars.add(new Bar("S3 p99 in ms", best.label(), p99.median(), LARGE_ROOM_P99_MILLIS));
            long behind = results.row(scenario, best, level).stream()
                    .filter(figures -> !figures.sustained())
                    .count();
            bars.add(new Bar("S3 rounds in which it fell behind", best.label(), behind, 0));
        });
    }

    private void besideStopped() {
        for (Contestant contestant : results.contestants(Scenario.S6)) {
            Contestant alone = Contestant.of(contestant.server());
            Spread p99 = results.ratio(Scenario.S6, FOUR, contestant, alone, Figures::p99Millis);
            if (contestant.stopped() > 0 && p99.count() > 0) {
                cost(Scenario.S6, FOUR, contestant, alone, BESIDE_STOPPED);
                bars.add(new Bar("S6 p99 ÷ all reading", contestant.label(), p99.median(), P99_BESIDE_STOPPED));
            }
        }
    }

    /** A durable log beside one in memory, on the same transport. */
    private void onDisk(Scenario scenario) {
        Contestant disk = Contestant.of(Servers.DISK);
        for (Level level : scenario.levels()) {
            Spread ratio = ratio(scenario, level, disk, Contestant.of(Servers.EPOLL));
            if (ratio.count() > 0) {
                bars.add(new Bar(
                        scenario + " " + level.name() + " disk CPU per delivery ÷ memory",
                        disk.label(),
                        ratio.median(),
                        ON_DISK));
            }
        }
    }

    private void cost(Scenario scenario, Level level, List<String> servers, Contestant base, double limit) {
        best(scenario, level, servers, base).ifPresent(best -> cost(scenario, level, best, base, limit));
    }

    private void cost(Scenario scenario, Level level, Contestant contestant, Contestant base, double limit) {
        String other = contestant.server().equals(base.server()) ? "all reading" : base.label();
        bars.add(new Bar(
                scenario + " " + level.name() + " CPU per delivery ÷ " + other,
                contestant.label(),
                results.ratio(scenario, level, contestant, base, Figures::cpuMicros)
                        .median(),
                limit));
    }

    /** The server that needs least. */
    private Optional<Contestant> best(Scenario scenario, Level level, List<String> servers, Contestant base) {
        return results.contestants(scenario).stream()
                .filter(contestant -> servers.contains(contestant.server()))
                .filter(contestant -> ratio(scenario, level, contestant, base).count() > 0)
                .min(Comparator.comparingDouble(
                        contestant -> ratio(scenario, level, contestant, base).median()));
    }

    private Spread ratio(Scenario scenario, Level level, Contestant contestant, Contestant base) {
        return results.ratio(scenario, level, contestant, base, Figures::cpuMicros);
    }
}
