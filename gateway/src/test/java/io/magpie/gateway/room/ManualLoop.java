package io.magpie.gateway.room;

import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.protocol.RoomId;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** An event loop that runs when the test says so, in the test's thread, with a clock that the test moves. */
public final class ManualLoop extends AbstractScheduledEventExecutor {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final MockTicker ticker = Ticker.newMockTicker();
    private final DeliveryLoop delivery;
    private boolean running;

    public ManualLoop(int index) {
        delivery = new DeliveryLoop(index, this);
    }

    /** A room that lives on this one of so many loops. */
    public RoomId room(int loops) {
        int i = 0;
        while (RoomShards.owner(new RoomId("room-" + i).hashCode(), loops) != delivery.index()) {
            i++;
        }
        return new RoomId("room-" + i);
    }

    public DeliveryLoop delivery() {
        return delivery;
    }

    /** Runs all that waits and all that comes of it. */
    public static void settle(List<ManualLoop> loops) {
        boolean progress = true;
        while (progress) {
            progress = false;
            for (ManualLoop loop : loops) {
                progress |= loop.step();
            }
        }
    }

    /** Runs all that waits on this loop and all that comes of it here. */
    public void settle() {
        settle(List.of(this));
    }

    /** Runs the oldest task; says whether there was one. */
    public boolean step() {
        inside(this::fetchDue);
        Runnable task = tasks.poll();
        if (task != null) {
            inside(task);
        }
        return task != null;
    }

    /** Runs a task on the loop now, as a handler of the loop would. */
    public void inside(Runnable task) {
        boolean outer = running;
        running = true;
        try {
            task.run();
        } finally {
            running = outer;
        }
    }

    public void advance(Duration span) {
        ticker.advance(span.toNanos(), TimeUnit.NANOSECONDS);
        settle();
    }

    private void fetchDue() {
        Runnable due = pollScheduledTask(ticker.nanoTime());
        while (due != null) {
            tasks.add(due);
            due = pollScheduledTask(ticker.nanoTime());
        }
    }

    @Override
    public Ticker ticker() {
        return ticker;
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return running;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public boolean isShuttingDown() {
        return false;
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<?> terminationFuture() {
        throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    public void shutdown() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }
}
