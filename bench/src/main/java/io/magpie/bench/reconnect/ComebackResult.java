package io.magpie.bench.reconnect;

import java.util.List;

/**
 * What a run of {@link ComebackRun} has seen.
 *
 * @param joined connections that were there at the beginning
 * @param calm sends while nobody was away
 * @param alive whether the gateway lived at the end
 * @param complaints of its log
 */
record ComebackResult(
        int joined,
        List<Round> rounds,
        Sends calm,
        Moves between,
        boolean alive,
        Book.Faults faults,
        List<String> complaints) {
    /**
     * One comeback.
     *
     * @param sends while somebody was away
     * @param quiet whether everybody had everything within 30 s after the last was back
     */
    record Round(Moves moves, Sends sends, boolean quiet) {
        /** When the first, those in the middle or the last were back, in milliseconds after the cut; 0 if nobody was. */
        long back(double share) {
            return Rates.quantile(moves.returns(), share);
        }
    }
}
