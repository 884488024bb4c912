package io.magpie.gateway.delivery;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;

/**
 * An event loop as rooms and sessions see it: a number and an executor. Immutable; any thread may call it.
 *
 * @param index 0 to the number of loops − 1
 * @param replays whose turn it is to be fed, among the connections of this loop; the loop's own
 */
public record DeliveryLoop(int index, EventExecutor executor, Replays replays) {
    /** A loop on which nobody is behind yet. */
    public DeliveryLoop(int index, EventExecutor executor) {
        this(index, executor, new Replays(executor));
    }

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

    /**
     * Runs a task in the loop's next turn, when it has looked at its sockets: what is only posted runs in this turn, and a
     * turn may take a second. A loop that is shutting down forgets it.
     */
    // The task reports for itself.
    @SuppressWarnings("FutureReturnValueIgnored")
    public void later(Runnable task) {
        executor.schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    /**
     * Like {@link #later(Runnable)}, for who holds something until then.
     *
     * @param forgotten run instead, on the loop, if that shuts down before
     */
    public void later(Runnable task, Runnable forgotten) {
        executor.schedule(task, 0, TimeUnit.NANOSECONDS).addListener(done -> {
            if (done.isCancelled()) {
                forgotten.run();
            }
        });
    }

    /** Runs a task on the loop after all that was posted before, even if the caller is the loop. */
    public void post(Runnable task) {
        executor.execute(task);
    }
}
