package io.magpie.bench.simulate;

import io.magpie.bench.Progress;
import io.magpie.gateway.Gateway;
import io.magpie.gateway.config.ConfigLoader;
import io.magpie.gateway.transport.IoTransport;
import io.netty.channel.local.LocalIoHandler;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The run inside one JVM: the gateway is started on channels without sockets, grown to its size, left to its heartbeat
 * and made to broadcast. Owner: the main thread.
 */
final class Simulation {
    private static final int WARM_UP = 2_000;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private final SimulationPlan plan;
    private final Progress progress;
    private final SimulatedListener listener = new SimulatedListener();
    private final Population population = new Population(listener);
    private final TurnWatch turns = new TurnWatch(LocalIoHandler.newFactory(), System::nanoTime);
    private final Map<Integer, Population.Group> rooms = new LinkedHashMap<>();
    private final List<SimulationResult.Phase> phases = new ArrayList<>();
    private double connectsPerSecond;

    Simulation(SimulationPlan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Carries the plan out. Once in a process, which is meant to end after that. */
    SimulationResult run() throws InterruptedException {
        IoTransport transport = new IoTransport("simulated", turns, () -> listener);
        var config = ConfigLoader.load(Optional.empty(), Map.of(), plan.configuration());
        // Never closed: to say goodbye to a million clients takes longer than to end the process.
        new Gateway(config, transport).start();
        plan.audiences().forEach(size -> rooms.put(size, population.group("members-" + size)));
        warmUp();
        try (LoopPulse pulse = new LoopPulse(population.tallies().keySet())) {
            pulse.start();
            return measure(pulse);
        }
    }

    private SimulationResult measure(LoopPulse pulse) throws InterruptedException {
        List<SimulationResult.Point> growth = grow(pulse);
        SimulationResult.Heartbeat heartbeat = heartbeat(pulse);
        List<SimulationResult.Broadcast> broadcasts = broadcast(pulse);
        population.check();
        return new SimulationResult(
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                connectsPerSecond,
                growth,
                broadcasts,
                heartbeat,
                phases);
    }

    /** Sessions that load and compile all code, and the smaller rooms; they stay, but don't count. */
    private void warmUp() {
        int extra = Math.min(WARM_UP, plan.sessions());
        int total = extra + rooms.keySet().stream().mapToInt(Integer::intValue).sum() - plan.sessions();
        progress.phase("warm-up", "sessions", total);
        population.grow(population.group("warm-up"), extra, progress::at);
        rooms.forEach((size, group) -> {
            if (size < plan.sessions()) {
                population.grow(group, population.size() + size, progress::at);
            }
        });
    }

    private List<SimulationResult.Point> grow(LoopPulse pulse) throws InterruptedException {
        int others = population.size();
        Memory before = settledMemory();
        List<SimulationResult.Point> points = new ArrayList<>();
        for (int size : plan.growth()) {
            progress.phase("growth", "sessions", size);
            int grownBy = others + size - population.size();
            long uptime = begin(pulse);
            long start = System.nanoTime();
            population.grow(room(plan.sessions()), others + size, now -> progress.at(now - others));
            connectsPerSecond = grownBy * NANOS_PER_SECOND / (System.nanoTime() - start);
            end("growth to " + size, uptime, pulse);
            Memory now = settledMemory();
            long heap = now.heapBytes() - before.heapBytes();
            points.add(new SimulationResult.Point(
                    size,
                    heap,
                    (double) heap / size,
                    (double) (now.directBytes() - before.directBytes()) / size,
                    now.rssBytes()));
            population.check();
        }
        return points;
    }

    private SimulationResult.Heartbeat heartbeat(LoopPulse pulse) throws InterruptedException {
        progress.phase("heartbeat", "seconds", plan.heartbeatSeconds());
        long uptime = begin(pulse);
        long start = System.nanoTime();
        long cpu = Memory.loopCpuNanos();
        long pings = pings();
        for (int i = 1; i <= plan.heartbeatSeconds(); i++) {
            TimeUnit.SECONDS.sleep(1);
            progress.at(i);
        }
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        double cpuNanos = Memory.loopCpuNanos() - cpu;
        long answered = pings() - pings;
        end("heartbeat", uptime, pulse);
        return new SimulationResult.Heartbeat(
                seconds,
                cpuNanos / NANOS_PER_MILLI / seconds,
                answered / seconds,
                answered == 0 ? 0 : cpuNanos / 1_000 / answered);
    }

    private List<SimulationResult.Broadcast> broadcast(LoopPulse pulse) throws InterruptedException {
        List<SimulationResult.Broadcast> results = new ArrayList<>();
        Loudspeaker loudspeaker = new Loudspeaker(population.tallies());
        for (int members : plan.audiences()) {
            progress.phase("broadcast to " + members, "rounds", plan.rounds());
            // The first ones are for the compiler, and aren't measured.
            for (int i = Math.min(100, 2 + 200_000 / members); i > 0; i--) {
                loudspeaker.say(room(members), members);
            }
            long uptime = begin(pulse);
            List<Loudspeaker.Round> rounds = new ArrayList<>();
            for (int i = 1; i <= plan.rounds(); i++) {
                rounds.add(loudspeaker.say(room(members), members));
                progress.at(i);
            }
            end("broadcast to " + members, uptime, pulse);
            results.add(Loudspeaker.summary(members, rounds));
        }
        return results;
    }

    private Memory settledMemory() throws InterruptedException {
        TimeUnit.SECONDS.sleep(plan.settleSeconds());
        return Memory.settled();
    }

    private long pings() {
        return population.tallies().values().stream()
                .mapToLong(LoopTally::pings)
                .sum();
    }

    private Population.Group room(int members) {
        Population.Group group = rooms.get(members);
        if (group == null) {
            throw new IllegalArgumentException("no room of " + members);
        }
        return group;
    }

    /** A phase begins: what the loops did before doesn't count. The uptime in milliseconds. */
    private long begin(LoopPulse pulse) {
        pulse.take();
        turns.take();
        return ManagementFactory.getRuntimeMXBean().getUptime();
    }

    private void end(String name, long begin, LoopPulse pulse) {
        Histogram waits = pulse.take();
        phases.add(new SimulationResult.Phase(
                name,
                begin,
                ManagementFactory.getRuntimeMXBean().getUptime(),
                waits.getMaxValue() / NANOS_PER_MILLI,
                waits.getValueAtPercentile(99) / NANOS_PER_MILLI,
                turns.take() / NANOS_PER_MILLI));
    }
}
