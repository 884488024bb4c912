package io.magpie.bench.slow;

import io.magpie.bench.measure.Check;
import io.magpie.bench.slow.Account.Count;
import io.magpie.bench.slow.SlowResult.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Decides what holds. Stateless but for what it judges. */
final class Judge {
    private static final double MEBI = 1 << 20;

    private final SlowPlan plan;
    private final SlowResult result;
    private final List<Check> checks = new ArrayList<>();

    private Judge(SlowPlan plan, SlowResult result) {
        this.plan = plan;
        this.result = result;
    }

    /** All checks of the plan's scenario. */
    static List<Check> judge(SlowPlan plan, SlowResult result) {
        Judge judge = new Judge(plan, result);
        judge.load();
        judge.promises();
        if (plan.scenario() == Scenario.STOPPED) {
            judge.stopped();
            judge.flat("resident memory", MemorySample::rss);
            judge.flat("direct memory", MemorySample::direct);
            judge.unmoved(Phase.DURING);
            judge.unmoved(Phase.AFTER);
        }
        judge.server();
        return List.copyOf(judge.checks);
    }

    /** By how much a figure rose from its highest value in the phase before to its highest value in {@code DURING}. */
    static long growth(Timeline timeline, List<MemorySample> samples, ToLongFunction<MemorySample> figure) {
        Phase base = timeline.start(Phase.BEFORE) < timeline.end(Phase.BEFORE) ? Phase.BEFORE : Phase.WARMUP;
        return highest(timeline, samples, Phase.DURING, figure) - highest(timeline, samples, base, figure);
    }

    /** The highest value of a figure in a phase; 0 if there is no sample. */
    static long highest(
            Timeline timeline, List<MemorySample> samples, Phase phase, ToLongFunction<MemorySample> figure) {
        return samples.stream()
                .filter(sample -> timeline.at((long) (sample.second() * 1e9)) == phase)
                .mapToLong(figure)
                .max()
                .orElse(0);
    }

    private void load() {
        long joined = result.count(Count.JOINED);
        check("all members joined", joined == plan.members(), "%,d of %,d", joined, plan.members());
        long sent = result.count(Count.SENT);
        long accepted = result.count(Count.ACCEPTED);
        check(
                "all messages were sent and accepted",
                sent == plan.timeline().total() && accepted == sent && result.distinct() == sent,
                "%,d sent of %,d, %,d accepted, %,d different ones came, the load's lag p99 %.1f ms",
                sent,
                plan.timeline().total(),
                accepted,
                result.distinct(),
                result.lagP99Millis());
    }

    private void promises() {
        boolean all = plan.scenario() == Scenario.STOPPED;
        long missing = result.missing().healthy() + (all ? result.missing().stopped() : 0);
        long faults = result.count(Count.SKIPPED)
                + result.count(Count.REPEATED)
                + result.count(Count.WRONG)
                + result.count(Count.GAPS)
                + result.count(Count.ERRORS);
        check(
                all ? "every member got every message once and in order" : "who reads got every message once, in order",
                missing == 0 && faults == 0,
                "%,d missing, %,d skipped, %,d repeated, %,d wrong, %,d gaps, %,d errors",
                missing,
                result.count(Count.SKIPPED),
                result.count(Count.REPEATED),
                result.count(Count.WRONG),
                result.count(Count.GAPS),
                result.count(Count.ERRORS));
        Map<String, Integer> healthy = result.closes().healthy();
        Map<String, Integer> stopped = result.closes().stopped();
        boolean kept = healthy.isEmpty() && (plan.scenario().mayClose() || stopped.isEmpty());
        check(
                all ? "nobody was closed" : "nobody who reads was closed",
                kept,
                "of those who read %s; of the others %s; the server closed %,d with 4003",
                healthy.isEmpty() ? "none" : healthy,
                stopped.isEmpty() ? "none" : stopped,
                result.closes().slowConsumers());
    }

    private void stopped() {
        SlowResult.CatchUp catchUp = result.catchUp();
        check(
                "who stopped has caught up",
                catchUp.done() == catchUp.expected(),
                "%,d of %,d; half within %.2f s, the slowest within %.2f s",
                catchUp.done(),
                catchUp.expected(),
                catchUp.medianSeconds(),
                catchUp.slowestSeconds());
    }

    private void flat(String what, ToLongFunction<MemorySample> figure) {
        long growth = growth(plan.timeline(), result.samples(), figure);
        boolean seen = highest(plan.timeline(), result.samples(), Phase.DURING, figure) > 0;
        check(
                what + " stayed flat while some didn't read",
                seen && growth <= plan.bounds().growth(),
                "%s (bound %.0f)",
                seen ? String.format(Locale.ROOT, "%+.1f MiB", growth / MEBI) : "nothing was measured",
                plan.bounds().growth() / MEBI);
    }

    private void unmoved(Phase phase) {
        Latency before = result.latencies().get(Phase.BEFORE);
        Latency now = result.latencies().get(phase);
        if (before == null || now == null || before.deliveries() == 0 || now.deliveries() == 0) {
            return;
        }
        check(
                "the others' p99, " + phase.title(),
                now.p99() <= before.p99() * plan.bounds().p99Ratio(),
                "%.2f ms, %.2f × the %.2f ms before (bound %.2f); median of seconds %.2f ms, %.2f ×",
                now.p99(),
                now.p99() / before.p99(),
                before.p99(),
                plan.bounds().p99Ratio(),
                now.p99Median(),
                now.p99Median() / before.p99Median());
    }

    private void server() {
        SlowResult.Server server = result.server();
        check(
                "the server lives, and its log tells of no fault",
                server.alive() && server.fault().isEmpty(),
                "%s; peak of resident memory %.0f MiB%s",
                server.alive() ? "alive" : "gone",
                server.peakRss() / MEBI,
                server.fault().isEmpty() ? "" : "; log: " + server.fault());
    }

    private void check(String what, boolean holds, String format, Object... figures) {
        checks.add(new Check(what, holds, String.format(Locale.ROOT, format, figures)));
    }
}
