package io.magpie.bench.reconnect;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What clients lived through from one moment to another: a restart, a comeback, or all the time between those. Times that
 * are given to it are nanoseconds of {@link System#nanoTime}.
 *
 * <p>Owner: the loop of the {@link Crowd}.
 */
final class Window {
    /** A close that is earlier than its slot by less than this is in time. */
    static final long EARLY_MILLIS = 200;

    private static final long LONGEST = 60_000_000_000L;
    private static final int DIGITS = 3;
    private static final int KINDS = 20;
    private static final double HIGH = 0.99;
    private static final long SECOND = 1_000;
    private static final long TENTH = 100;

    private final long begin;
    private final List<Long> attempts = new ArrayList<>();
    private final List<Long> returns = new ArrayList<>();
    private final List<Long> absences = new ArrayList<>();
    private final List<Long> deviations = new ArrayList<>();
    private final Map<String, Integer> refusals = new TreeMap<>();
    private final Map<String, Integer> closes = new TreeMap<>();
    private final Map<String, Integer> errors = new TreeMap<>();
    private final Histogram latencies = new Histogram(LONGEST, DIGITS);
    private final Histogram lags = new Histogram(LONGEST, DIGITS);
    private int untold;
    private int recovered;
    private int unrecovered;
    private long sent;
    private long unknown;

    Window(long begin) {
        this.begin = begin;
    }

    /** A client tries to connect. */
    void attempted(long now) {
        attempts.add(millis(now - begin));
    }

    /** It couldn't. */
    void refused(String reason) {
        count(refusals, reason);
    }

    /** It is in its room again, having lost its connection at {@code lost}. */
    void returned(long lost, long now, boolean whole) {
        returns.add(millis(now - begin));
        absences.add(millis(now - lost));
        recovered += whole ? 1 : 0;
        unrecovered += whole ? 0 : 1;
    }

    /** The server, or whoever is between, has ended a connection. */
    void closed(String reason) {
        count(closes, reason);
    }

    /** The server has let a client go without having announced it. */
    void untold() {
        untold++;
    }

    /** The server has let a client go {@code nanos} after the announced time; before it if that is negative. */
    void told(long nanos) {
        deviations.add(millis(nanos));
    }

    /** A message is sent that should have been sent at {@code intended}. */
    void sent(long intended, long now) {
        sent++;
        lags.recordValue(bounded(now - intended));
    }

    void accepted(long intended, long now) {
        latencies.recordValue(bounded(now - intended));
    }

    void failed(String code) {
        count(errors, code);
    }

    /** So many sends will never be answered, since their connection is gone. */
    void unknown(int count) {
        unknown += count;
    }

    /** How clients moved. */
    Moves moves() {
        Collections.sort(attempts);
        Collections.sort(returns);
        return new Moves(
                List.copyOf(attempts),
                List.copyOf(returns),
                new Moves.Peaks(Rates.peak(attempts, SECOND), Rates.peak(attempts, TENTH)),
                new Moves.Absence(
                        Rates.quantile(absences, 0.5), Rates.quantile(absences, HIGH), Rates.quantile(absences, 1)),
                new Moves.Slots(
                        untold,
                        (int) deviations.stream()
                                .filter(late -> late < -EARLY_MILLIS)
                                .count(),
                        Math.max(0, -Rates.quantile(deviations, 0)),
                        Math.max(0, Rates.quantile(deviations, 1))),
                Map.copyOf(refusals),
                Map.copyOf(closes),
                recovered,
                unrecovered);
    }

    /** What became of the messages. */
    Sends sends() {
        return Sends.of(sent, unknown, Map.copyOf(errors), latencies, lags);
    }

    private static void count(Map<String, Integer> counts, String what) {
        counts.merge(counts.containsKey(what) || counts.size() < KINDS ? what : "others", 1, Integer::sum);
    }

    private static long bounded(long nanos) {
        return Math.min(Math.max(nanos, 0), LONGEST);
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
