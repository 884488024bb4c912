package io.magpie.gateway.delivery;

import io.netty.util.concurrent.EventExecutor;

/**
 * An event loop as rooms and sessions see it: a number and an executor. Immutable; any thread may call it.
 *
 * @param index 0 to the number of loops − 1
 */
public record DeliveryLoop(int index, EventExecutor executor) {
    /** Whether the caller is this loop's thread. */
    public boolean inLoop() {
        return executor.inEventLoop();
    }

    /** Runs a task on the loop: at once if the caller is the loop, else after all that was posted before. */
    public void run(Runnable task) {
        if (inLoop()) {
            task.run();
        } else {
            executor.execute(task);
        }
    }

    /** Runs a task on the loop after all that was posted before, even if the caller is the loop. */
    public void post(Runnable task) {
        executor.execute(task);
    }
}
