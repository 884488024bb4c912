package io.magpie.bench;

/** A clock that only pauses move. */
final class FakeTicker implements Ticker {
    private long now = 1_000;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void pauseUntil(long nanos) {
        now = Math.max(now, nanos);
    }
}
