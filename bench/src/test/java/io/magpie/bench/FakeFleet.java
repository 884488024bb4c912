package io.magpie.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fleet without a network: clients are ready after {@code rampNanos}, messages are sent as scheduled, each is
 * delivered to {@code members} after {@code latency}.
 */
final class FakeFleet implements Fleet {
    final List<String> orders = new ArrayList<>();
    final LatencyRecorder recorder = new LatencyRecorder();
    final Counts extra = new Counts();
    int ready = 4;
    int members = 2;
    long rampNanos = 300_000_000;
    long latency = 2_000_000;
    double loopShare = 0.5;
    double speed = 1;
    long losing;
    boolean dies;

    private final FakeTicker ticker;
    private long connectedAt;
    private @Nullable Schedule schedule;

    FakeFleet(FakeTicker ticker) {
        this.ticker = ticker;
    }

    @Override
    public void connect() {
        orders.add("connect");
        connectedAt = ticker.nanoTime();
    }

    @Override
    public void publish(Schedule order) {
        orders.add("publish");
        schedule = order;
    }

    @Override
    public Pulse pulse() {
        boolean ramping = ticker.nanoTime() - connectedAt < rampNanos;
        Counts counts = extra.copy();
        counts.add(Count.READY, ramping ? 0 : ready);
        counts.add(Count.OPEN, dies && schedule != null ? 0 : ready);
        long sent = sentBy(ticker.nanoTime());
        counts.add(Count.SENT, sent);
        counts.add(Count.ACKNOWLEDGED, sent);
        counts.add(Count.DELIVERED, Math.max(0, sentBy(ticker.nanoTime() - latency) * members - losing));
        RoomSums rooms = new RoomSums(1);
        for (int i = 0; i < members; i++) {
            rooms.addMember(0);
        }
        for (long i = 0; i < sent; i++) {
            rooms.addPublished(0, 0, i);
        }
        boolean pacing = schedule != null && sent < schedule.total();
        long cpu = (long) (ticker.nanoTime() * loopShare);
        return new Pulse(counts, rooms, ramping, pacing, List.of(cpu));
    }

    @Override
    public FleetResult finish() {
        orders.add("finish");
        Counts counts = pulse().counts();
        counts.add(Count.LOST, losing);
        Tags failures = new Tags();
        failures.add("refused");
        Schedule done = schedule;
        if (done != null) {
            counts.add(Count.SENT_MEASURED, Math.max(0, counts.get(Count.SENT) - done.warmup()));
            recorder.measureFrom(done.measureFrom());
            for (long i = 0; i < done.total(); i++) {
                recorder.delivered(done.intended(i), done.intended(i) + latency);
                recorder.sent(done.intended(i), sentAt(done, i));
            }
        }
        Tally tally = new Tally(counts, failures, new Tags(), new Tags(), List.of());
        return new FleetResult(tally, recorder.deliveries(), recorder.lags(), recorder.lastSent());
    }

    @Override
    public void close() {
        orders.add("close");
    }

    private long sentBy(long time) {
        Schedule order = schedule;
        if (order == null) {
            return 0;
        }
        long sent = 0;
        while (sent < order.total() && sentAt(order, sent) <= time) {
            sent++;
        }
        return sent;
    }

    private long sentAt(Schedule order, long index) {
        return order.start() + (long) ((order.intended(index) - order.start()) / speed);
    }
}
