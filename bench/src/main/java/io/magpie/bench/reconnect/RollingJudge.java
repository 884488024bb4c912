package io.magpie.bench.reconnect;

import io.magpie.bench.measure.Check;
import io.magpie.bench.reconnect.RollingResult.Restart;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Decides what holds of a run of {@link RollingRun}. Stateless but for what it judges. */
final class RollingJudge {
    private static final String RESTART = "1012 ";

    private final RollingPlan plan;
    private final RollingResult result;
    private final Checks checks = new Checks();

    private RollingJudge(RollingPlan plan, RollingResult result) {
        this.plan = plan;
        this.result = result;
    }

    /** All checks. */
    static List<Check> judge(RollingPlan plan, RollingResult result) {
        RollingJudge judge = new RollingJudge(plan, result);
        judge.connections();
        judge.rates();
        judge.endings();
        judge.closes();
        judge.checks.add(result.faults(), result.complaints());
        return judge.checks.all();
    }

    private void connections() {
        int all = plan.load().connections();
        long settled = count(Restart::settled);
        checks.add(
                "everybody was connected at the beginning, after each restart and at the end",
                result.joined() == all && settled == plan.restarts() && result.connected() == all && result.quiet(),
                "%,d of %,d at the beginning; after %d of %d restarts; %,d at the end%s",
                result.joined(),
                all,
                settled,
                plan.restarts(),
                result.connected(),
                result.quiet() ? "" : ", and not all had everything");
        long refused = windows().mapToLong(Moves::refused).sum();
        checks.add("nobody was refused by the one that stayed", refused == 0, "%,d refused %s", refused, refusals());
    }

    private void rates() {
        Restart worst = worst(Comparator.comparingDouble(Restart::peakToAverage));
        checks.add(
                "reconnects in any second are at most twice the average",
                worst.peakToAverage() <= RollingPlan.MOST_TO_AVERAGE
                        && count(restart -> restart.moving() > 0) == plan.restarts(),
                "at most %,d where the average is %.1f: %.2f × (bound %.0f); in a tenth of a second at most %,d",
                worst.moves().peaks().second(),
                worst.average(),
                worst.peakToAverage(),
                RollingPlan.MOST_TO_AVERAGE,
                most(restart -> restart.moves().peaks().tenth()));
        checks.add(
                "nobody was let go before its time, or without knowing it",
                windows()
                        .allMatch(moves ->
                                moves.slots().tooEarly() == 0 && moves.slots().untold() == 0),
                "%,d too early, %,d untold; by their clocks at most %,d ms before and %,d ms after it (bound %d ms before)",
                windows().mapToInt(moves -> moves.slots().tooEarly()).sum(),
                windows().mapToInt(moves -> moves.slots().untold()).sum(),
                windows().mapToLong(moves -> moves.slots().earliest()).max().orElse(0),
                windows().mapToLong(moves -> moves.slots().latest()).max().orElse(0),
                Window.EARLY_MILLIS);
    }

    private void endings() {
        long bound = plan.drain().plus(RollingPlan.MARGIN).toMillis();
        long orderly = count(
                restart -> restart.ending().exit() == 0 && restart.ending().ended() <= bound);
        checks.add(
                "each process ended by itself with 0 within the drain and 5 s",
                orderly == plan.restarts(),
                "%d of %d; the slowest after %,d ms (bound %,d)",
                orderly,
                plan.restarts(),
                most(restart -> restart.ending().ended()),
                bound);
        long told = count(restart ->
                restart.ending().notReady() >= 0 && restart.ending().notReady() <= RollingPlan.NOT_READY_MILLIS);
        checks.add(
                "each process said at once that it isn't ready",
                told == plan.restarts(),
                "%d of %d; the slowest after %,d ms (bound %d)",
                told,
                plan.restarts(),
                most(restart -> restart.ending().notReady()),
                RollingPlan.NOT_READY_MILLIS);
    }

    private void closes() {
        Map<String, Integer> closes = new TreeMap<>();
        windows()
                .forEach(moves -> moves.closes().forEach((reason, count) -> closes.merge(reason, count, Integer::sum)));
        checks.add(
                "connections were closed with 1012 and with nothing else",
                !closes.isEmpty() && closes.keySet().stream().allMatch(reason -> reason.startsWith(RESTART)),
                "%s",
                closes);
    }

    private Map<String, Integer> refusals() {
        Map<String, Integer> all = new TreeMap<>();
        windows().forEach(moves -> moves.refusals().forEach((reason, count) -> all.merge(reason, count, Integer::sum)));
        return all;
    }

    /** All restarts, and the time between them. */
    private Stream<Moves> windows() {
        return Stream.concat(
                Stream.of(result.between()), result.restarts().stream().map(Restart::moves));
    }

    private long count(Predicate<Restart> which) {
        return result.restarts().stream().filter(which).count();
    }

    private long most(ToLongFunction<Restart> figure) {
        return result.restarts().stream().mapToLong(figure).max().orElse(0);
    }

    private Restart worst(Comparator<Restart> order) {
        return result.restarts().stream().max(order).orElseThrow();
    }
}
