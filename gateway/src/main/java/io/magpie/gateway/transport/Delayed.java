package io.magpie.gateway.transport;

/**
 * A task that waits for its time, or for the connection's end. Runs on the connection's event loop.
 *
 * @param due the tick of the loop's wheel at which it runs
 */
record Delayed(ChannelConnection connection, long due, Runnable task) implements LoopWheel.Timed {
    @Override
    public long onTick(long now) {
        if (now >= due && connection.open()) {
            task.run();
        }
        return connection.open() ? due - now : 0;
    }

    @Override
    public boolean over() {
        return connection.over();
    }
}
