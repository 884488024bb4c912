package io.magpie.bench.compare;

import io.magpie.bench.compare.load.CrowdPlan;
import io.magpie.bench.compare.load.LoadLoop;
import io.magpie.bench.compare.load.Security;
import io.magpie.bench.yardstick.Yardstick;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures what connections cost: without TLS, with full handshakes, with resumed ones. Each is made when the one
 * before it is upgraded: so it has a fresh session ticket to resume with, and all kinds have the same conditions. A
 * server that fails is left out from then on.
 *
 * <p>Owner: the main thread.
 */
final class Handshakes {
    private static final String RSA = "-rsa";

    private final Plan plan;
    private final ServerPool pool;
    private final LoadLoop loop;
    private final Consumer<String> progress;

    /**
     * How to measure.
     *
     * @param yardsticks the servers
     * @param connects connections of each kind in each round
     * @param warmup rounds that don't count, before the others: JIT compilers need thousands of connections
     */
    record Plan(List<Yardstick> yardsticks, int connects, int rounds, int warmup) {}

    /** @param progress gets a line for each measurement */
    Handshakes(Plan plan, ServerPool pool, LoadLoop loop, Consumer<String> progress) {
        this.plan = plan;
        this.pool = pool;
        this.loop = loop;
        this.progress = progress;
    }

    /** Measures everybody in every round. */
    HandshakeResults run() throws InterruptedException {
        List<Yardstick> running = new ArrayList<>(plan.yardsticks());
        List<HandshakeFigures> figures = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (int round = 1 - plan.warmup(); round <= plan.rounds(); round++) {
            for (Yardstick yardstick : List.copyOf(running)) {
                try {
                    figures.addAll(measure(yardstick, round));
                } catch (IOException | UncheckedIOException e) {
                    running.remove(yardstick);
                    leftOut.add("connections of " + yardstick.name() + ": " + e.getMessage());
                    progress.accept("left out: " + leftOut.get(leftOut.size() - 1));
                }
            }
        }
        figures.removeIf(one -> one.round() < 1);
        return new HandshakeResults(figures, leftOut);
    }

    /** The kinds of connection that a server is measured with; RSA keys differ in full handshakes only. */
    static List<Security> kinds(Yardstick yardstick) {
        if (!yardstick.tls()) {
            return List.of(Security.NONE);
        }
        return yardstick.name().endsWith(RSA)
                ? List.of(Security.TLS)
                : List.of(Security.TLS, Security.RESUMED, Security.OLD);
    }

    private List<HandshakeFigures> measure(Yardstick yardstick, int round) throws IOException, InterruptedException {
        ServerPool.Started started = pool.get(yardstick);
        List<HandshakeFigures> figures = new ArrayList<>();
        for (Security security : kinds(yardstick)) {
            CrowdPlan members = new CrowdPlan(
                            started.server().port(),
                            yardstick.dialect(),
                            started.takeRooms(1),
                            1,
                            plan.connects(),
                            0,
                            false,
                            false)
                    .over(security)
                    .oneByOne();
            HandshakeFigures one = HandshakeFigures.of(
                    yardstick.name(),
                    security,
                    round,
                    loop.storm(members, started.server().pids()));
            figures.add(one);
            progress.accept(Lines.progress(one, plan.rounds()));
        }
        return figures;
    }
}
