package io.magpie.gateway.transport;

import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the connections of one event loop share: its clock, and who is connected. */
@OwnedBy(Owner.EVENT_LOOP)
final class TransportLoop {
    private final DeliveryLoop delivery;
    private final LoopWheel wheel;
    private final GatewayMetrics metrics;
    private final Set<ChannelConnection> connections = new HashSet<>();
    private final Set<ChannelConnection> slow = new HashSet<>();
    private final Promise<Void> emptied;
    private boolean closing;
    private long queuedBytes;

    TransportLoop(int index, EventExecutor executor, GatewayMetrics metrics) {
        this.delivery = new DeliveryLoop(index, executor);
        this.wheel = new LoopWheel(executor, metrics::loopLag);
        this.metrics = metrics;
        this.emptied = executor.newPromise();
    }

    /** Begins housekeeping; any thread, once. */
    void start() {
        wheel.start();
        delivery.post(() -> wheel.add(this::measureQueues, LoopWheel.TICK));
    }

    DeliveryLoop delivery() {
        return delivery;
    }

    LoopWheel wheel() {
        return wheel;
    }

    void add(ChannelConnection connection) {
        connections.add(connection);
    }

    void remove(ChannelConnection connection) {
        connections.remove(connection);
        slow.remove(connection);
        tellIfEmptied();
    }

    /** A connection went over its high-water mark, or came back below the low one. */
    void slow(ChannelConnection connection, boolean isSlow) {
        if (isSlow) {
            slow.add(connection);
        } else {
            slow.remove(connection);
        }
    }

    /** Begins the closing handshake with everybody; {@link #emptied} tells when they are gone. */
    void closeAll(CloseCode code, String reason) {
        List.copyOf(connections).forEach(connection -> connection.close(code, reason));
        closing = true;
        tellIfEmptied();
    }

    /** Ends the TCP connections of those who didn't answer {@link #closeAll} in time. */
    void endAll() {
        List.copyOf(connections).forEach(connection -> connection.channel().close());
    }

    /** Done when {@link #closeAll} was called and no connection is left. Any thread. */
    Future<?> emptied() {
        return emptied;
    }

    private void tellIfEmptied() {
        if (closing && connections.isEmpty()) {
            emptied.trySuccess(null);
        }
    }

    private long measureQueues(long now) {
        long bytes = slow.stream().mapToLong(ChannelConnection::queuedBytes).sum();
        metrics.queuedBytes(bytes - queuedBytes);
        queuedBytes = bytes;
        return 1;
    }
}
