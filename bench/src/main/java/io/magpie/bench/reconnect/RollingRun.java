package io.magpie.bench.reconnect;

import io.magpie.bench.reconnect.RollingResult.Restart;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Restarts two gateways in turn.
 *
 * <p>Owner: the main thread.
 */
final class RollingRun {
    private static final Duration JOINING = Duration.ofSeconds(60);
    private static final Duration SETTLING = Duration.ofSeconds(30);

    /** Beyond the bar, so that one sees by how much it is missed. */
    private static final Duration LATEST_END = RollingPlan.MARGIN.multipliedBy(3);

    /** Before each restart, so that the one before isn't felt any more. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final RollingPlan plan;
    private final List<Site> sites;
    private final PrintWriter progress;
    private final List<Unbooked> restarts = new ArrayList<>();

    /** A restart whose last sends may still be answered. */
    private record Unbooked(
            Site site, int moving, Site.Ending ending, Window window, boolean settled, long startMillis) {}

    /**
     * A run on two sites that nobody has started yet; the caller closes them.
     *
     * @param progress gets a line for each restart
     */
    RollingRun(RollingPlan plan, List<Site> sites, PrintWriter progress) {
        this.plan = plan;
        this.sites = List.copyOf(sites);
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @throws IOException if a gateway doesn't start
     */
    RollingResult run() throws IOException, InterruptedException {
        for (Site site : sites) {
            say("gateway %s listens after %,d ms", site.name(), site.start());
        }
        try (Crowd crowd = new Crowd(plan.load(), sites, false)) {
            crowd.connect();
            crowd.awaitConnected(JOINING);
            int joined = crowd.pulse().connected();
            say("%,d of %,d clients are connected", joined, plan.load().connections());
            crowd.publishing(true);
            for (int i = 0; i < plan.restarts(); i++) {
                restart(crowd, i);
            }
            crowd.publishing(false);
            crowd.awaitConnected(SETTLING);
            boolean quiet = crowd.awaitQuiet(SETTLING);
            return result(crowd, joined, quiet);
        }
    }

    private void restart(Crowd crowd, int number) throws IOException, InterruptedException {
        int index = number % sites.size();
        Site site = sites.get(index);
        if (plan.rebalance() && number > 0) {
            rebalance(crowd, site, (index + 1) % sites.size());
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        int moving = crowd.pulse().at().get(index);
        Window window = crowd.begin();
        Site.Ending ending = site.end(plan.drain().plus(LATEST_END));
        boolean settled = crowd.awaitConnected(SETTLING);
        crowd.end();
        long started = site.start();
        Unbooked restart = new Unbooked(site, moving, ending, window, settled, started);
        restarts.add(restart);
        tell(number, booked(crowd, restart));
    }

    /** Half of those who are at a site go to the other one. */
    private void rebalance(Crowd crowd, Site full, int empty) throws IOException, InterruptedException {
        int all = plan.load().connections();
        full.rebalance(0.5, plan.drain());
        // Each loop of the gateway rounds for itself, and up.
        crowd.await(
                pulse -> pulse.connected() == all && pulse.at().get(empty) >= all / 2,
                plan.drain().plus(SETTLING));
    }

    private RollingResult result(Crowd crowd, int joined, boolean quiet) throws IOException {
        Crowd.Booked between = crowd.booked(crowd.calm());
        List<String> complaints = new ArrayList<>();
        for (Site site : sites) {
            complaints.addAll(site.faults());
        }
        return new RollingResult(
                joined,
                restarts.stream().map(restart -> booked(crowd, restart)).toList(),
                between.sends(),
                between.moves(),
                crowd.pulse().connected(),
                quiet,
                crowd.faults(),
                complaints);
    }

    private Restart booked(Crowd crowd, Unbooked restart) {
        Crowd.Booked booked = crowd.booked(restart.window());
        return new Restart(
                restart.site().name(),
                restart.moving(),
                plan.average(restart.moving()),
                restart.ending(),
                booked.moves(),
                booked.sends(),
                restart.settled(),
                restart.startMillis());
    }

    private void tell(int number, Restart restart) {
        say(
                "restart %d of %d, %s: %,d clients had to move; at most %,d in a second (%.2f × the average), longest"
                        + " away %,d ms; not ready after %,d ms, ended after %,d ms with %d",
                number + 1,
                plan.restarts(),
                restart.site(),
                restart.moving(),
                restart.moves().peaks().second(),
                restart.peakToAverage(),
                restart.moves().absence().longest(),
                restart.ending().notReady(),
                restart.ending().ended(),
                restart.ending().exit());
    }

    private void say(String format, Object... values) {
        progress.printf(Locale.ROOT, format + "%n", values);
        progress.flush();
    }
}
