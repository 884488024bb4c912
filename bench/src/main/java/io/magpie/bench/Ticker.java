package io.magpie.bench;

import java.util.concurrent.TimeUnit;

/** The clock of a run. */
interface Ticker {
    /** Nanoseconds since some moment. */
    long nanoTime();

    /** Waits until {@link #nanoTime()} has reached {@code nanos}; returns at once if it has. */
    void pauseUntil(long nanos) throws InterruptedException;

    /** The clock of this process. */
    Ticker SYSTEM = new Ticker() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void pauseUntil(long nanos) throws InterruptedException {
            for (long wait = nanos - nanoTime(); wait > 0; wait = nanos - nanoTime()) {
                TimeUnit.NANOSECONDS.sleep(wait);
            }
        }
    };
}
