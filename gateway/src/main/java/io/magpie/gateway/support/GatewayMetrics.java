package io.magpie.gateway.support;

import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every meter of the gateway, declared once. Tags come from enums, never from clients, so the number of series is
 * bounded. Any thread may call any method; meters are looked up at start, not on the path.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class GatewayMetrics {
    /** Where a connection is in its life. */
    public enum ConnectionState {
        /** Upgraded, not yet connected. */
        CONNECTING,
        /** In use. */
        ACTIVE,
        /** A close frame was sent or received. */
        CLOSING
    }

    /** What became of a request to upgrade. */
    public enum UpgradeOutcome {
        ACCEPTED,
        BAD_REQUEST,
        BAD_PATH,
        BAD_METHOD,
        BAD_VERSION,
        UNKNOWN_PROTOCOL,
        OVER_CAPACITY,
        /** The process has too much to do. */
        OVERLOADED,
        EARLY_DATA,
        BAD_HOST,
        BAD_ORIGIN,
        BAD_APP,
        /** There are too many of this address, or they come too fast. */
        ADDRESS_LIMIT
    }

    /** Why a connection was ended without an answer, before it was upgraded. */
    public enum RefusedPeer {
        TOO_MANY,
        TOO_FAST,
        /** There are too many already that aren't upgraded yet. */
        NEWCOMERS,
        /** It should have begun with a PROXY header, from a proxy that is trusted. */
        PROXY,
        /** It began with TLS, which this port doesn't speak. */
        TLS_HELLO,
        /** It sent no whole request in time. */
        TOO_SLOW,
        /** It asked for much without reading the answers. */
        UNREAD
    }

    /** A kind of client envelope. */
    public enum Op {
        CONNECT,
        REFRESH,
        JOIN,
        LEAVE,
        SEND,
        SIGNAL,
        HISTORY,
        MEMBERS,
        RECALL,
        READ,
        HIDE,
        SHOW,
        PING,
        INVALID
    }

    /** What a token was worth. */
    public enum AuthOutcome {
        ACCEPTED,
        /** It took the place of an earlier one of the same connection. */
        RENEWED,
        MISSING,
        /** Too late, at the beginning or while the connection lived. */
        EXPIRED,
        BAD,
        /** It couldn't be judged. */
        UNAVAILABLE
    }

    /** What a ticket was good for. */
    public enum ResumeOutcome {
        /** The old connection was still there; it was closed and its rooms taken over. */
        TAKEN_OVER,
        /** The old connection was gone; its rooms were remembered. */
        RETURNED,
        /** Only who it was is known. */
        IDENTITY,
        /** Forged, expired or no ticket at all. */
        REFUSED
    }

    private static final String OK = "ok";

    /** What a request can be refused with before anybody hears it. */
    private static final List<Integer> REFUSALS = List.of(400, 405, 413, 414, 415, 421, 431, 505);

    private final MeterRegistry registry;
    private final Map<Encoding, Map<ConnectionState, AtomicLong>> connections;
    private final Map<UpgradeOutcome, Counter> upgrades;
    private final Map<RefusedPeer, Counter> refusedPeers;
    private final Map<Integer, Counter> refusedRequests;
    private final AtomicLong newcomers;
    private final Map<AuthOutcome, Counter> logins;
    private final Map<ResumeOutcome, Counter> resumes;
    private final Map<Op, Counter> accepted;
    private final Map<Op, Map<ErrorCode, Counter>> refused;
    private final Map<CloseCode, Counter> closes;
    private final Counter closedByPeer;
    private final Counter heartbeatsLost;
    private final Counter slowConsumers;
    private final AtomicLong hidden;
    private final AtomicLong rooms;
    private final AtomicLong members;
    private final Timer loopLag;
    private final Traffic traffic;
    private final Delivery delivery;

    /** What goes through sockets. */
    private record Traffic(
            Counter framesIn, Counter bytesIn, Counter framesOut, Counter bytesOut, AtomicLong queuedBytes) {
        Traffic(Meters meters) {
            this(
                    meters.counter("magpie.frames.in", "Data frames received, after reassembly."),
                    meters.counter("magpie.bytes.in", "Payload bytes of data frames received."),
                    meters.counter("magpie.frames.out", "Writes of frames to connections."),
                    meters.counter("magpie.bytes.out", "Bytes of frames written to connections."),
                    meters.gauge(
                            "magpie.outbound.queued.bytes",
                            "Bytes that wait for readers above their high-water mark."));
        }
    }

    /** What goes from rooms to their members. */
    private record Delivery(
            Counter written,
            Counter dropped,
            DistributionSummary fanOut,
            Timer publishToFlush,
            AtomicLong behind,
            Counter fellBehind,
            Counter fed) {
        Delivery(Meters meters, MeterRegistry registry) {
            this(
                    meters.counter("magpie.deliveries", "Messages and signals written to members."),
                    meters.counter("magpie.signals.dropped", "Signals not written because the reader was slow."),
                    DistributionSummary.builder("magpie.fan.out")
                            .description("Members of the room at each broadcast.")
                            .serviceLevelObjectives(1, 10, 100, 1_000)
                            .register(registry),
                    meters.histogram(
                            "magpie.publish.to.flush", "From reading a message to the flush to a loop's last member."),
                    meters.gauge("magpie.members.behind", "Memberships that are catching up."),
                    meters.counter(
                            "magpie.catch.ups", "Times that a member fell behind, or came with much to catch up."),
                    meters.counter(
                            "magpie.catch.up.messages",
                            "Messages given to members that were behind; deliveries, too."));
        }
    }

    public GatewayMetrics(MeterRegistry registry) {
        Meters meters = new Meters(registry);
        this.registry = registry;
        connections = Meters.byEnum(
                Encoding.class,
                encoding -> Meters.byEnum(ConnectionState.class, state -> connections(meters, encoding, state)));
        upgrades = Meters.byEnum(
                UpgradeOutcome.class,
                outcome -> meters.counter("magpie.upgrades", "Requests to upgrade.", "outcome", Meters.tag(outcome)));
        refusedPeers = Meters.byEnum(
                RefusedPeer.class,
                why -> meters.counter(
                        "magpie.peers.refused",
                        "TCP connections ended before they were of use.",
                        "reason",
                        Meters.tag(why)));
        refusedRequests = REFUSALS.stream()
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(),
                        status -> meters.counter(
                                "magpie.requests.refused",
                                "Requests of the public port that aren't upgrades, and were refused unheard.",
                                "status",
                                status.toString())));
        newcomers = meters.gauge("magpie.newcomers", "Connections that haven't sent a whole request yet.");
        logins = Meters.byEnum(
                AuthOutcome.class,
                outcome -> meters.counter("magpie.logins", "Tokens judged.", "outcome", Meters.tag(outcome)));
        resumes = Meters.byEnum(
                ResumeOutcome.class,
                outcome -> meters.counter(
                        "magpie.resumes", "Tickets that clients came with.", "outcome", Meters.tag(outcome)));
        accepted = Meters.byEnum(Op.class, op -> command(meters, op, OK));
        refused = Meters.byEnum(
                Op.class, op -> Meters.byEnum(ErrorCode.class, code -> command(meters, op, code.wireName())));
        closes = Meters.byEnum(
                CloseCode.class,
                code -> meters.counter("magpie.closes", "Close frames sent by the server.", "code", "" + code.code()));
        closedByPeer = meters.counter(
                "magpie.closes.by.peer", "Connections that the client ended, with a close frame or without.");
        heartbeatsLost = meters.counter("magpie.heartbeats.lost", "Connections closed because they fell silent.");
        slowConsumers = meters.counter("magpie.slow.consumers", "Connections closed because they read too slowly.");
        hidden = meters.gauge("magpie.connections.hidden", "Connections that said hide: nothing is pushed to them.");
        rooms = meters.gauge("magpie.rooms", "Rooms in memory.");
        members = meters.gauge("magpie.members", "Memberships of connections in rooms.");
        loopLag = meters.histogram("magpie.loop.lag", "How late the once-a-second task of each event loop ran.");
        traffic = new Traffic(meters);
        delivery = new Delivery(meters, registry);
    }

    private static AtomicLong connections(Meters meters, Encoding encoding, ConnectionState state) {
        return meters.gauge(
                "magpie.connections",
                "Open WebSocket connections.",
                "encoding",
                Meters.tag(encoding),
                "state",
                Meters.tag(state));
    }

    private static Counter command(Meters meters, Op op, String outcome) {
        return meters.counter(
                "magpie.commands", "Client envelopes answered.", "op", Meters.tag(op), "outcome", outcome);
    }

    /** A TCP connection was ended without an answer. */
    public void refused(RefusedPeer why) {
        Meters.of(refusedPeers, why).increment();
    }

    /** A request that is no upgrade was refused before anybody heard it. */
    public void refusedRequest(int status) {
        Counter counter = refusedRequests.get(status);
        if (counter != null) {
            counter.increment();
        }
    }

    /** So many connections more, or fewer, haven't sent a whole request yet. */
    public void newcomers(int change) {
        newcomers.addAndGet(change);
    }

    /** A token was judged, or was missing. */
    public void authenticated(AuthOutcome outcome) {
        Meters.of(logins, outcome).increment();
    }

    /** The registry, for meters of libraries. */
    public MeterRegistry registry() {
        return registry;
    }

    /** A request to upgrade was judged. */
    public void upgrade(UpgradeOutcome outcome) {
        Meters.of(upgrades, outcome).increment();
    }

    /** A connection came into a state. */
    public void entered(Encoding encoding, ConnectionState state) {
        Meters.of(Meters.of(connections, encoding), state).incrementAndGet();
    }

    /** A connection left a state. */
    public void left(Encoding encoding, ConnectionState state) {
        Meters.of(Meters.of(connections, encoding), state).decrementAndGet();
    }

    /** A command was carried out. */
    public void accepted(Op op) {
        Meters.of(accepted, op).increment();
    }

    /** A command was answered with an error. */
    public void refused(Op op, ErrorCode code) {
        Meters.of(Meters.of(refused, op), code).increment();
    }

    /** The server sent its close frame. */
    public void closed(CloseCode code) {
        Meters.of(closes, code).increment();
        if (code == CloseCode.HEARTBEAT_LOST) {
            heartbeatsLost.increment();
        } else if (code == CloseCode.SLOW_CONSUMER) {
            slowConsumers.increment();
        }
    }

    /** A client left, with a close frame or without. Its code is not counted: it could be anything. */
    public void closedByPeer() {
        closedByPeer.increment();
    }

    /** A whole message arrived; {@code bytes} is its payload. */
    public void frameIn(int bytes) {
        traffic.framesIn.increment();
        traffic.bytesIn.increment(bytes);
    }

    /** Frames were written; {@code bytes} with their headers. */
    public void framesOut(int writes, long bytes) {
        traffic.framesOut.increment(writes);
        traffic.bytesOut.increment((double) bytes);
    }

    /**
     * One loop has delivered what there was to a chunk of its members.
     *
     * @param written messages and signals, each counted for each member that it was written to
     * @param missed signals, counted for each member that they were dropped for
     */
    public void delivered(long written, long missed) {
        if (written > 0) {
            delivery.written.increment((double) written);
        }
        if (missed > 0) {
            delivery.dropped.increment((double) missed);
        }
    }

    /** One loop has delivered a batch to its last member, so long after the oldest message was read from its socket. */
    public void flushed(long nanos) {
        delivery.publishToFlush.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A member fell behind. */
    public void fellBehind() {
        delivery.fellBehind.increment();
        delivery.behind.incrementAndGet();
    }

    /** A member that was behind is live again, or gone. */
    public void caughtUp() {
        delivery.behind.decrementAndGet();
    }

    /** A page with so many messages was given to a member that is behind. Its bytes count where they are written. */
    public void fed(int messages) {
        delivery.fed.increment(messages);
        delivery.written.increment(messages);
    }

    /** Connections said {@code hide}, or ended that if negative. */
    public void hidden(int change) {
        hidden.addAndGet(change);
    }

    /** A client came with a ticket. */
    public void resumed(ResumeOutcome outcome) {
        Meters.of(resumes, outcome).increment();
    }

    /** A room sends something to so many members. */
    public void fanOut(int members) {
        delivery.fanOut.record(members);
    }

    /** How late an event loop ran a task that was due. */
    public void loopLag(long nanos) {
        loopLag.record(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }

    /** The bytes that wait for slow readers changed by so many. */
    public void queuedBytes(long change) {
        traffic.queuedBytes.addAndGet(change);
    }

    /** Rooms were opened, or forgotten if negative. */
    public void rooms(int change) {
        rooms.addAndGet(change);
    }

    /** Members came, or went if negative. */
    public void members(int change) {
        members.addAndGet(change);
    }
}
