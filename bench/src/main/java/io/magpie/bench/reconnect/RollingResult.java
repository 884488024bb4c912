package io.magpie.bench.reconnect;

import java.util.List;

/**
 * What a run of {@link RollingRun} has seen.
 *
 * @param joined connections that were there at the beginning
 * @param calm sends between the restarts
 * @param connected connections that were there at the end
 * @param quiet whether everybody had everything at the end, and everything was answered
 * @param complaints of the gateways' logs
 */
record RollingResult(
        int joined,
        List<Restart> restarts,
        Sends calm,
        Moves between,
        int connected,
        boolean quiet,
        Book.Faults faults,
        List<String> complaints) {
    /**
     * One restart.
     *
     * @param site which gateway
     * @param moving clients that it had
     * @param average of them in a second of the drain
     * @param settled whether everybody was connected again within 30 s of its end
     * @param startMillis until the next process listened
     */
    record Restart(
            String site,
            int moving,
            double average,
            Site.Ending ending,
            Moves moves,
            Sends sends,
            boolean settled,
            long startMillis) {
        /** The most reconnects in a second beside the average; 0 if nobody had to move. */
        double peakToAverage() {
            return average > 0 ? moves.peaks().second() / average : 0;
        }
    }
}
