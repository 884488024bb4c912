package io.magpie.bench;

import io.netty.channel.EventLoop;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's part of the fleet: every {@code loops}th client, their share of the schedule, their accounts.
 *
 * <p>Owner: the loop. The main thread posts {@link #connect}, {@link #publish}, {@link #pulse} and {@link #leave} to it,
 * and reads {@link #ledger()} and {@link #recorder()} when the loop has ended.
 */
// A write that fails closes its channel, and that is booked; tasks on a loop report for themselves.
@SuppressWarnings("FutureReturnValueIgnored")
final class Worker implements Client.Listener {
    /** Handshakes under way over all loops; more would only measure the server's accept queue. */
    private static final int MAX_IN_FLIGHT = 200;

    private static final long RAMP_TICK_MILLIS = 2;

    /** At high rates what is due within this time is sent together, so that timers don't eat the loop. */
    private static final long MIN_WAIT_NANOS = 100_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final int index;
    private final int loops;
    private final EventLoop loop;
    private final Connector connector;
    private final Station station;
    private final List<Client> clients = new ArrayList<>();
    private final List<Client> publishers = new ArrayList<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private @Nullable Ramp ramp;
    private boolean pacing;
    private boolean leaving;

    /** The worker {@code index} of {@link BenchPlan#loops()}, on {@code loop}. */
    Worker(int index, EventLoop loop, Connector connector, Station station) {
        this.index = index;
        this.loops = station.plan().loops();
        this.loop = loop;
        this.connector = connector;
        this.station = station;
    }

    EventLoop loop() {
        return loop;
    }

    Ledger ledger() {
        return station.ledger();
    }

    LatencyRecorder recorder() {
        return station.recorder();
    }

    /** Begins to open connections. */
    void connect() {
        BenchPlan plan = station.plan();
        int share = (plan.load().clients() - index + loops - 1) / loops;
        int inFlight = Math.max(1, MAX_IN_FLIGHT / loops);
        Ramp mine = new Ramp(share, plan.phases().ramp() / loops, inFlight, station.clock(), this::open);
        ramp = mine;
        tick(mine);
    }

    /** Begins to send this loop's share of a schedule. */
    void publish(Schedule schedule) {
        recorder().measureFrom(schedule.measureFrom());
        Collections.shuffle(publishers, new Random(station.plan().seed() + index));
        pacing = true;
        pace(new Pacer(schedule, index, loops, station.clock(), this::send));
    }

    /** How it is going. */
    Pulse pulse() {
        boolean ramping = ramp != null && !ramp.done();
        return new Pulse(
                ledger().counts().copy(),
                ledger().rooms().copy(),
                ramping,
                pacing,
                List.of(THREADS.getCurrentThreadCpuTime()));
    }

    /** Ends everything. The future completes when every connection is closed. */
    CompletableFuture<Void> leave() {
        leaving = true;
        clients.forEach(Client::leave);
        completeIfAllGone();
        return left;
    }

    @Override
    public void settled(boolean ready) {
        if (ramp != null) {
            ramp.settled(ready);
        }
    }

    @Override
    public void gone() {
        ledger().counts().add(Count.OPEN, -1);
        completeIfAllGone();
    }

    private void tick(Ramp mine) {
        if (!leaving && !mine.done()) {
            mine.runDue();
            loop.schedule(() -> tick(mine), RAMP_TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void open(int nth) {
        int number = index + nth * loops;
        Client client = Client.of(number, station, this);
        clients.add(client);
        if (number < station.plan().load().publishers()) {
            publishers.add(client);
        }
        connector.connect(client, loop).addListener(future -> {
            if (future.isSuccess()) {
                ledger().counts().increment(Count.OPEN);
            } else {
                client.unreachable(future.cause());
            }
        });
    }

    private void pace(Pacer pacer) {
        if (leaving) {
            return;
        }
        long wait = pacer.runDue();
        if (wait == Pacer.DONE) {
            pacing = false;
        } else if (wait == 0) {
            loop.execute(() -> pace(pacer));
        } else {
            loop.schedule(() -> pace(pacer), Math.max(wait, MIN_WAIT_NANOS), TimeUnit.NANOSECONDS);
        }
    }

    private void send(long turn, long intended, long now) {
        Client publisher = publishers.get((int) (turn % publishers.size()));
        boolean measured = recorder().sent(intended, now);
        if (!publisher.publish(intended)) {
            ledger().counts().increment(Count.UNSENT);
            return;
        }
        ledger().sent(publisher.room());
        if (measured) {
            ledger().counts().increment(Count.SENT_MEASURED);
        }
    }

    private void completeIfAllGone() {
        if (leaving && ledger().counts().get(Count.OPEN) == 0) {
            left.complete(null);
        }
    }
}
