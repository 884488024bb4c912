package io.magpie.bench.reconnect;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Plans, and results without a fault, for tests. */
final class Samples {
    static final Book.Faults NO_FAULTS = new Book.Faults(0, 0, 0, 0, 0, List.of());
    static final Site.Ending ORDERLY = new Site.Ending(5, 10_100, 0);

    /** Of a time in which nobody lost a connection. */
    static final Moves STILL = new Window(0).moves();

    private Samples() {}

    static RollingPlan rolling(int restarts) {
        return new RollingPlan(new Load(100, 10, 5, false, 50, 20), restarts, Duration.ofSeconds(10), false);
    }

    static ComebackPlan comeback() {
        return new ComebackPlan(new Load(100, 10, 5, true, 50, 20), 1, Duration.ZERO);
    }

    static Sends sends(double p99) {
        return new Sends(500, 500, 0, Map.of(), 1, p99, 2 * p99, 0.1);
    }

    /** Two restarts, of 50 and of 100 clients, who leave in even steps. */
    static RollingResult evenRestarts() {
        return rollingResult(
                List.of(restart("A", 50, even(50), ORDERLY), restart("B", 100, even(100), ORDERLY)), NO_FAULTS);
    }

    static RollingResult rollingResult(List<RollingResult.Restart> restarts, Book.Faults faults) {
        return new RollingResult(100, restarts, sends(3), STILL, 100, true, faults, List.of());
    }

    static RollingResult.Restart restart(String site, int moving, Window window, Site.Ending ending) {
        return new RollingResult.Restart(site, moving, moving / 10.0, ending, window.moves(), sends(5), true, 1_200);
    }

    /** Clients that are let go one after the other over 10 s, each 20 ms after its slot, and are back 10 ms later. */
    static Window even(int clients) {
        return moved(LongStream.rangeClosed(1, clients)
                .map(client -> client * 10_000 / clients)
                .toArray());
    }

    /** Clients that move at these milliseconds. */
    static Window moved(long... times) {
        Window window = new Window(0);
        for (long time : times) {
            window.closed("1012 the server restarts");
            window.told(nanos(20));
            window.attempted(nanos(time));
            window.returned(nanos(time), nanos(time + 10), false);
        }
        return window;
    }

    /** A comeback of a hundred clients within a second. */
    static ComebackResult quickComeback() {
        Window window = new Window(0);
        for (int client = 1; client <= 100; client++) {
            window.attempted(0);
            window.returned(0, nanos(client * 10L), true);
        }
        return comebackResult(new ComebackResult.Round(window.moves(), sends(40), true));
    }

    static ComebackResult comebackResult(ComebackResult.Round round) {
        return new ComebackResult(105, List.of(round), sends(3), STILL, true, NO_FAULTS, List.of());
    }

    static long nanos(long millis) {
        return millis * 1_000_000;
    }
}
