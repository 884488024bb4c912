package io.magpie.bench;

import org.HdrHistogram.Histogram;

/**
 * What the fleet measured.
 *
 * @param latencies of deliveries, nanoseconds from the intended time of the message
 * @param lags of the bench itself, nanoseconds from the intended time of a message to its sending
 * @param lastSent when the last measured message was sent, on the clock of the run
 */
record FleetResult(Tally tally, Histogram latencies, Histogram lags, long lastSent) {}
