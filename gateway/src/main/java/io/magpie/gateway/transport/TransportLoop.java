package io.magpie.gateway.transport;

import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.session.Clients;
import io.magpie.gateway.session.Session;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.netty.channel.Channel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the connections of one event loop share: its clock, and who is connected. */
@OwnedBy(Owner.EVENT_LOOP)
final class TransportLoop {
    private static final Logger LOG = LoggerFactory.getLogger(TransportLoop.class);

    /** Looks after which somebody has to go, though it is more than this loop's part. */
    private static final int LASTING = 10;

    private final DeliveryLoop delivery;
    private final LoopWheel wheel;
    private final UpgradeAnswer upgradeAnswer = new UpgradeAnswer();
    private final GatewayMetrics metrics;
    private final Set<ChannelConnection> connections = new HashSet<>();
    private final Map<ChannelConnection, SlowReader> slow = new HashMap<>();
    private final Promise<Void> emptied;
    private final long stallTicks;
    private final Overload overload;
    private boolean closing;
    private long queuedBytes;
    private long staggered;
    private int late;

    /** How often in a row there was too much for all slow readers together. */
    private int over;

    /** @param stallTimeout how long a slow reader may read nothing at all */
    TransportLoop(int index, EventExecutor executor, Duration stallTimeout, GatewayMetrics metrics, Overload overload) {
        this.overload = overload;
        this.stallTicks = LoopWheel.ticks(stallTimeout);
        this.delivery = new DeliveryLoop(index, executor);
        this.wheel = new LoopWheel(executor, this::onLag);
        this.metrics = metrics;
        this.emptied = executor.newPromise();
    }

    /** Begins housekeeping; any thread, once. */
    void start() {
        wheel.start();
        delivery.post(() -> wheel.add(this::watchSlowReaders, LoopWheel.TICK));
    }

    DeliveryLoop delivery() {
        return delivery;
    }

    LoopWheel wheel() {
        return wheel;
    }

    UpgradeAnswer upgradeAnswer() {
        return upgradeAnswer;
    }

    void add(ChannelConnection connection) {
        connections.add(connection);
    }

    void remove(ChannelConnection connection) {
        connections.remove(connection);
        slow.remove(connection);
        wheel.over();
        tellIfEmptied();
    }

    /**
     * By how many ticks the first ping of the next connection comes before its interval is over: less than half of it,
     * another number each time. Else all who connect in the same second would be pinged in the same second for ever.
     */
    byte stagger(long interval) {
        return (byte) (staggered++ % Math.min((interval + 1) / 2, Byte.MAX_VALUE));
    }

    /** A connection went over its high-water mark, or came back below the low one. */
    void slow(ChannelConnection connection, boolean isSlow) {
        if (isSlow) {
            slowReader(connection);
        } else {
            SlowReader reader = slow.remove(connection);
            if (reader != null) {
                reader.resume();
            }
        }
    }

    /** Runs a task when a connection that isn't writable is so again. */
    void whenWritable(ChannelConnection connection, Runnable task) {
        slowReader(connection).await(task);
    }

    /** A connection that isn't writable was pinged. The last ping is answered when it is writable again. */
    void pinged(ChannelConnection connection, byte[] payload) {
        slowReader(connection).pinged(payload);
    }

    private SlowReader slowReader(ChannelConnection connection) {
        return slow.computeIfAbsent(connection, c -> new SlowReader(c, wheel.now()));
    }

    /** Connections that match, at most so many. */
    List<Clients.Client> find(Predicate<Clients.Client> which, int limit) {
        return connections.stream()
                .map(ChannelConnection::session)
                .flatMap(Optional::stream)
                .map(Session::describe)
                .filter(which)
                .limit(limit)
                .toList();
    }

    /** Closes the connections that match; how many. */
    int close(Predicate<Clients.Client> which, CloseCode code, String reason) {
        List<ChannelConnection> meant = matching(which);
        meant.forEach(connection -> connection.close(code, reason));
        return meant.size();
    }

    /** Lets the connections that match leave the rooms in which they may not be; how many match. */
    int recheck(Predicate<Clients.Client> which) {
        List<ChannelConnection> meant = matching(which);
        meant.forEach(connection -> connection.session().ifPresent(Session::recheck));
        return meant.size();
    }

    private List<ChannelConnection> matching(Predicate<Clients.Client> which) {
        return connections.stream()
                .filter(connection -> connection
                        .session()
                        .map(Session::describe)
                        .filter(which)
                        .isPresent())
                .toList();
    }

    /**
     * Lets a share of the connections leave, evenly over a span.
     *
     * @param share of those that are connected now, above 0 and at most 1; which, is left to chance
     */
    Future<Void> depart(double share, Duration span, String reason) {
        List<ChannelConnection> leaving = new ArrayList<>(connections);
        Collections.shuffle(leaving);
        int count = (int) Math.round(share * leaving.size());
        return new Departure(delivery.executor(), leaving.subList(0, count), span, reason).begin();
    }

    /** Begins the closing handshake with everybody; {@link #emptied} tells when they are gone. */
    void closeAll(CloseCode code, String reason) {
        List.copyOf(connections).forEach(connection -> connection.close(code, reason));
        closing = true;
        tellIfEmptied();
    }

    /** Ends a TCP connection if it hasn't ended by then. The wheel is too coarse for less than its tick, which is rare. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void endWithin(Channel channel, Duration patience) {
        if (!channel.isActive()) {
            return;
        }
        if (patience.compareTo(LoopWheel.TICK) < 0) {
            channel.eventLoop().schedule(() -> channel.close(), patience.toNanos(), TimeUnit.NANOSECONDS);
        } else {
            wheel.add(
                    now -> {
                        channel.close();
                        return 0;
                    },
                    patience);
        }
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

    private void onLag(long nanos) {
        metrics.loopLag(nanos);
        late = overload.late(nanos, late);
        if (delivery.index() == 0) {
            overload.sample(memory());
        }
    }

    private static Overload.Memory memory() {
        Runtime runtime = Runtime.getRuntime();
        return new Overload.Memory(
                PlatformDependent.usedDirectMemory(),
                PlatformDependent.maxDirectMemory(),
                runtime.totalMemory() - runtime.freeMemory(),
                runtime.maxMemory());
    }

    private long watchSlowReaders(long now) {
        long bytes = 0;
        List<ChannelConnection> stalled = new ArrayList<>();
        for (SlowReader reader : slow.values()) {
            long waits = reader.connection().queuedBytes();
            bytes += waits;
            if (reader.stalled(now, stallTicks)) {
                stalled.add(reader.connection());
            }
        }
        metrics.queuedBytes(bytes - queuedBytes);
        long excess = overload.queued(bytes - queuedBytes);
        queuedBytes = bytes;
        stalled.forEach(TransportLoop::letGo);
        over = excess > 0 ? over + 1 : 0;
        if (over > 1) {
            // It doesn't pass by itself. Each loop lets go of its share.
            shed((long) ((double) excess * bytes / overload.queued()));
        }
        return 1;
    }

    /** Lets a reader go. The watch goes on whatever happens: memory may be so short that not even a goodbye can be said. */
    private static void letGo(ChannelConnection reader) {
        try {
            reader.giveUp();
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("reader.let-go-failed {}", reader, e);
            reader.channel().close();
        }
    }

    /** Lets those go for whom most waits, until so many bytes less do; those that are going already count. */
    private void shed(long excess) {
        List<ChannelConnection> slowest = slow.keySet().stream()
                .filter(ChannelConnection::open)
                .sorted(Comparator.comparingLong(ChannelConnection::queuedBytes).reversed())
                .toList();
        long left = excess;
        for (ChannelConnection connection : slow.keySet()) {
            left -= connection.open() ? 0 : connection.queuedBytes();
        }
        int count = 0;
        for (ChannelConnection connection : slowest) {
            long waits = connection.queuedBytes();
            // To the nearest: each loop does its part, and none more than that.
            boolean lasts = over >= LASTING && count == 0 && left > 0;
            if (left <= waits / 2 && !lasts) {
                break;
            }
            left -= waits;
            count++;
            letGo(connection);
        }
        if (count > 0) {
            LOG.warn("overload.shed readers={} queued={}", count, overload.queued());
            overload.shed(count);
        }
    }
}
