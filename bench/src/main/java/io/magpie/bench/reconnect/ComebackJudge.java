package io.magpie.bench.reconnect;

import io.magpie.bench.measure.Check;
import io.magpie.bench.reconnect.ComebackResult.Round;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Decides what holds of a run of {@link ComebackRun}. Stateless but for what it judges. */
final class ComebackJudge {
    private final ComebackPlan plan;
    private final ComebackResult result;
    private final Checks checks = new Checks();

    private ComebackJudge(ComebackPlan plan, ComebackResult result) {
        this.plan = plan;
        this.result = result;
    }

    /** All checks. */
    static List<Check> judge(ComebackPlan plan, ComebackResult result) {
        ComebackJudge judge = new ComebackJudge(plan, result);
        judge.times();
        judge.sends();
        judge.rooms();
        judge.checks.add(result.faults(), result.complaints());
        return judge.checks.all();
    }

    private void times() {
        int all = plan.load().connections();
        checks.add(
                "everybody was connected at the beginning", result.joined() == all, "%,d of %,d", result.joined(), all);
        int clients = plan.load().clients();
        checks.add(
                "all were back in time",
                every(round -> round.moves().returns().size() == clients && round.back(1) <= ComebackPlan.BACK_MILLIS),
                "%,d of %,d in the worst round; the first after %,d ms at most, half after %,d ms, the last after %,d ms"
                        + " (bound %,d); %,d tries refused",
                result.rounds().stream()
                        .mapToInt(round -> round.moves().returns().size())
                        .min()
                        .orElse(0),
                clients,
                most(round -> round.back(0)),
                most(round -> round.back(0.5)),
                most(round -> round.back(1)),
                ComebackPlan.BACK_MILLIS,
                sum(round -> round.moves().refused()));
    }

    private void sends() {
        checks.add(
                "meanwhile p99 from sending to ok stayed in bounds",
                every(round -> round.sends().accepted() > 0 && round.sends().p99() <= ComebackPlan.P99_MILLIS),
                "p99 %.1f ms in the worst round, longest %.1f ms (bound %.0f); else p99 %.1f ms; of the first the load's"
                        + " own lag p99 %.1f ms",
                highest(round -> round.sends().p99()),
                highest(round -> round.sends().max()),
                ComebackPlan.P99_MILLIS,
                result.calm().p99(),
                highest(round -> round.sends().lagP99()));
        long sent = sum(round -> round.sends().sent());
        long accepted = sum(round -> round.sends().accepted());
        checks.add(
                "meanwhile every send was answered ok",
                accepted == sent,
                "%,d of %,d; refused %s",
                accepted,
                sent,
                result.rounds().stream().map(round -> round.sends().refused()).toList());
    }

    private void rooms() {
        long recovered = sum(round -> round.moves().recovered());
        long unrecovered = sum(round -> round.moves().unrecovered());
        checks.add(
                "everybody got exactly what was missed",
                recovered > 0 && unrecovered == 0 && every(Round::quiet),
                "%,d of %,d recovered%s",
                recovered,
                recovered + unrecovered,
                every(Round::quiet) ? "" : ", but not all had everything in the end");
        long closes = Stream.concat(
                        Stream.of(result.between()), result.rounds().stream().map(Round::moves))
                .mapToLong(moves -> moves.closes().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .sum();
        checks.add(
                "the server lives and closed nobody",
                result.alive() && closes == 0,
                "%s; %,d closed",
                result.alive() ? "alive" : "gone",
                closes);
    }

    private boolean every(Predicate<Round> what) {
        return result.rounds().stream().allMatch(what);
    }

    private long most(ToLongFunction<Round> figure) {
        return result.rounds().stream().mapToLong(figure).max().orElse(0);
    }

    private double highest(ToDoubleFunction<Round> figure) {
        return result.rounds().stream().mapToDouble(figure).max().orElse(0);
    }

    private long sum(ToLongFunction<Round> figure) {
        return result.rounds().stream().mapToLong(figure).sum();
    }
}
