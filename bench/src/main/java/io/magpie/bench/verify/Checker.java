package io.magpie.bench.verify;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides whether a history keeps the promises: one pass over its entries, in the order of their time, and maps. Because
 * payloads are unique and the server says the order, no search is needed. A send without an answer is <i>unknown</i>:
 * it may be stored or not, but not twice.
 *
 * <p>Owner: whoever made it; it isn't shared.
 */
final class Checker {
    /** Codes with which a connection may end in a run with faults; 1006 is no close frame at all. */
    private static final Set<String> USUAL = Set.of("1000", "1001", "1006", "1012", "4003", "4004", "4507");

    private static final String FINAL = "final";

    /** Of what was sent, so much has to be answered ok: a server that refuses everything loses nothing. */
    private static final double OK_FRACTION = 0.5;

    private final Bounds bounds;
    private final Findings findings = new Findings();
    private final Places places = new Places(findings);
    private final SendBook sends = new SendBook(findings, places);
    private final DeliveryBook deliveries = new DeliveryBook(findings, places);
    private final ReadBook reads = new ReadBook(findings, places, sends);
    private final Logs logs = new Logs(findings);
    private final Map<String, Long> closes = new TreeMap<>();
    private final Map<String, Long> refusals = new TreeMap<>();
    private final Restarts restarts = new Restarts();
    private long connections;
    private long unknown;
    private boolean settled;

    /**
     * What isn't the same in every run.
     *
     * @param restartMillis within which a server has to listen again
     * @param complaints whether the faults make the server complain in its log
     */
    record Bounds(long restartMillis, boolean complaints) {}

    Checker(Bounds bounds) {
        this.bounds = bounds;
    }

    /** The next entry. */
    void accept(Entry entry) {
        switch (entry.kind()) {
            case PHASE -> phase(entry);
            case FAULT -> restarts.fault();
            case RESTARTED -> restarted(entry);
            case COMPLAINT -> complained(entry);
            case UNHEALTHY -> findings.add(Check.UNHEALTHY, entry.note());
            case CONNECTED -> connections++;
            case ENTERED -> deliveries.entered(entry);
            case DELIVERED -> deliveries.delivered(entry);
            case GAP -> deliveries.gap(entry);
            case SEND -> sends.send(entry);
            case OK -> sends.ok(entry);
            case REFUSED -> refused(entry);
            case UNKNOWN -> unknown++;
            case READ -> reads.read(entry);
            case PAGED -> reads.paged(entry);
            case PAGE -> reads.page(entry);
            case CLOSED -> closed(entry);
            case BREACH -> findings.add(Check.BREACH, entry.who() + ": " + entry.note());
            case STORED -> stored(entry);
            case LOG -> logs.complete(entry);
        }
    }

    /** The verdict; nothing comes after it. */
    Verdict finish() {
        sends.finish(logs);
        deliveries.finish(logs);
        if (!settled) {
            findings.doubt("the run didn't come to its end");
        }
        if (sends.answered() == 0 || deliveries.deliveries() == 0 || reads.pages() == 0) {
            findings.doubt("nothing was sent, delivered or read: there is nothing to judge");
        } else if (sends.answered() < sends.sent() * OK_FRACTION) {
            findings.add(Check.REFUSING, sends.answered() + " of " + sends.sent() + " were answered ok");
        }
        return Verdict.of(findings, totals());
    }

    private Verdict.Totals totals() {
        return new Verdict.Totals(
                new Verdict.Sends(sends.sent(), sends.answered(), unknown, logs.size()),
                new Verdict.Deliveries(
                        deliveries.deliveries(),
                        connections,
                        deliveries.resumes(),
                        deliveries.unrecovered(),
                        deliveries.gaps(),
                        reads.pages()),
                restarts.totals(),
                closes,
                refusals);
    }

    private void phase(Entry entry) {
        if (entry.note().equals(FINAL)) {
            settled = true;
            deliveries.settle();
        }
    }

    private void restarted(Entry entry) {
        restarts.took(entry.seq());
        if (entry.seq() > bounds.restartMillis()) {
            findings.add(Check.LATE, "the server took " + entry.seq() + " ms: " + entry.note());
        }
    }

    private void complained(Entry entry) {
        if (!bounds.complaints() || entry.note().contains("LEAK:")) {
            findings.add(Check.COMPLAINT, entry.note());
        }
    }

    private void refused(Entry entry) {
        refusals.merge(entry.note(), 1L, Long::sum);
        sends.refused(entry);
    }

    private void closed(Entry entry) {
        String code = entry.note().split(" ", 2)[0];
        closes.merge(code, 1L, Long::sum);
        if (!USUAL.contains(code)) {
            findings.add(Check.CLOSED, entry.who() + ": " + entry.note());
        }
    }

    private void stored(Entry entry) {
        places.seen(entry);
        logs.stored(entry);
    }
}
