package io.magpie.bench.reconnect;

import io.magpie.bench.reconnect.ComebackResult.Round;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Cuts all clients of a gateway at once, and waits until they are back.
 *
 * <p>Owner: the main thread.
 */
final class ComebackRun {
    private static final Duration JOINING = Duration.ofSeconds(60);
    private static final Duration SETTLING = Duration.ofSeconds(30);

    /** Beyond the bar, so that one sees by how much it is missed. */
    private static final Duration LATEST = Duration.ofMillis(3 * ComebackPlan.BACK_MILLIS);

    private final ComebackPlan plan;
    private final Site site;
    private final PrintWriter progress;
    private final List<Unbooked> rounds = new ArrayList<>();

    /** A comeback whose last sends may still be answered. */
    private record Unbooked(Window window, boolean quiet) {}

    /**
     * A run on a site that nobody has started yet; the caller closes it.
     *
     * @param progress gets a line for each round
     */
    ComebackRun(ComebackPlan plan, Site site, PrintWriter progress) {
        this.plan = plan;
        this.site = site;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @throws IOException if the gateway doesn't start
     */
    ComebackResult run() throws IOException, InterruptedException {
        say("the gateway listens after %,d ms", site.start());
        try (Crowd crowd = new Crowd(plan.load(), List.of(site), true)) {
            crowd.connect();
            crowd.awaitConnected(JOINING);
            int joined = crowd.pulse().connected();
            say("%,d of %,d are connected", joined, plan.load().connections());
            crowd.publishing(true);
            for (int i = 0; i < plan.rounds(); i++) {
                TimeUnit.MILLISECONDS.sleep(plan.warm().toMillis());
                round(crowd, i);
            }
            crowd.publishing(false);
            crowd.awaitQuiet(SETTLING);
            return result(crowd, joined);
        }
    }

    private void round(Crowd crowd, int number) throws InterruptedException {
        Window window = crowd.begin();
        crowd.reset();
        crowd.awaitConnected(LATEST);
        crowd.end();
        Unbooked unbooked = new Unbooked(window, crowd.awaitQuiet(SETTLING));
        rounds.add(unbooked);
        Round round = booked(crowd, unbooked);
        say(
                "round %d of %d: %,d are back, the first after %,d ms, half after %,d ms, the last after %,d ms; %,d tries"
                        + " refused; p99 from sending to ok %.1f ms",
                number + 1,
                plan.rounds(),
                round.moves().returns().size(),
                round.back(0),
                round.back(0.5),
                round.back(1),
                round.moves().refused(),
                round.sends().p99());
    }

    private ComebackResult result(Crowd crowd, int joined) throws IOException {
        Crowd.Booked between = crowd.booked(crowd.calm());
        return new ComebackResult(
                joined,
                rounds.stream().map(round -> booked(crowd, round)).toList(),
                between.sends(),
                between.moves(),
                site.alive(),
                crowd.faults(),
                site.faults());
    }

    private static Round booked(Crowd crowd, Unbooked round) {
        Crowd.Booked booked = crowd.booked(round.window());
        return new Round(booked.moves(), booked.sends(), round.quiet());
    }

    private void say(String format, Object... values) {
        progress.printf(Locale.ROOT, format + "%n", values);
        progress.flush();
    }
}
