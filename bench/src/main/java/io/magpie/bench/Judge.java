package io.magpie.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Says why a run can't be trusted or shows a fault. No reason means OK. */
final class Judge {
    /** Less than this share of the target rate isn't the target rate. */
    private static final double MIN_RATE = 0.99;

    /** A pacer later than this measures the bench. */
    private static final double MAX_LAG_MILLIS = 10;

    /** A loop busier than this can't keep up. */
    private static final double MAX_BUSY = 0.95;

    private static final double PERCENTILE = 99;
    private static final double NANOS_PER_MILLI = 1e6;

    private final BenchPlan plan;
    private final Measurement run;
    private final List<String> reasons = new ArrayList<>();

    private Judge(BenchPlan plan, Measurement run) {
        this.plan = plan;
        this.run = run;
    }

    /** The reasons for which a run fails; empty if it is OK. */
    static List<String> reasons(BenchPlan plan, Measurement run) {
        Judge judge = new Judge(plan, run);
        judge.connections();
        judge.deliveries();
        judge.rate();
        judge.bottleneck();
        return List.copyOf(judge.reasons);
    }

    private void connections() {
        Tally tally = run.fleet().tally();
        long ready = run.count(Count.READY);
        if (ready < plan.load().clients()) {
            reasons.add(ready + " of " + plan.load().clients() + " clients connected (" + tally.failures() + ")");
        }
        blame(Count.CLOSED, "connections were closed (" + tally.closes() + ")");
        blame(Count.ERRORS, "error envelopes (" + tally.errors() + ")");
    }

    private void deliveries() {
        blame(Count.LOST, "deliveries lost");
        blame(Count.DUPLICATED, "deliveries duplicated");
        blame(Count.OUT_OF_ORDER, "deliveries out of order");
        blame(Count.CORRUPT, "deliveries with changed bytes");
        blame(Count.MISMATCHED, "clients got other messages than were published");
        blame(Count.FOREIGN, "deliveries of messages that this run didn't send");
        blame(Count.GAPS, "gap envelopes");
        blame(Count.UNREADABLE, "frames couldn't be read");
        long unanswered = run.count(Count.SENT) - run.count(Count.ACKNOWLEDGED) - run.count(Count.ERRORS);
        if (plan.acknowledged() && unanswered != 0) {
            reasons.add(run.count(Count.ACKNOWLEDGED) + " messages acknowledged of " + run.count(Count.SENT));
        }
        if (run.fleet().latencies().getTotalCount() == 0) {
            reasons.add("nothing was delivered while measuring");
        }
    }

    private void rate() {
        blame(Count.UNSENT, "messages couldn't be sent (socket closed or full)");
        double target = plan.load().rate();
        if (run.sentPerSecond() < MIN_RATE * target) {
            reasons.add(String.format(Locale.ROOT, "%.1f messages/s were sent of %.1f", run.sentPerSecond(), target));
        }
    }

    private void bottleneck() {
        double busy = run.busiestLoop();
        double lag = run.fleet().lags().getValueAtPercentile(PERCENTILE) / NANOS_PER_MILLI;
        if (busy > MAX_BUSY) {
            reasons.add(String.format(
                    Locale.ROOT, "the bench is the bottleneck: an event loop of it is %.0f %% busy", 100 * busy));
        } else if (lag > MAX_LAG_MILLIS) {
            reasons.add(String.format(
                    Locale.ROOT,
                    "the bench is the bottleneck: 1 %% of its sends were %.1f ms late or more, with its loops at most"
                            + " %.0f %% busy; the machine is short of CPU",
                    lag,
                    100 * busy));
        }
    }

    private void blame(Count count, String what) {
        if (run.count(count) > 0) {
            reasons.add(run.count(count) + " " + what);
        }
    }
}
