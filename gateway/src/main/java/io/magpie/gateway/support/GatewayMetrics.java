package io.magpie.gateway.support;

import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

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
        EARLY_DATA,
        BAD_HOST,
        BAD_ORIGIN,
        BAD_APP,
        /** There are too many of this address, or they come too fast. */
        ADDRESS_LIMIT
    }

    /** Why a connection was ended before it said anything. */
    public enum RefusedPeer {
        TOO_MANY,
        TOO_FAST,
        /** It should have begun with a PROXY header, from a proxy that is trusted. */
        PROXY
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

    /** What the business backend is asked. */
    public enum Question {
        /** Who a client is. */
        CONNECT,
        /** Whether it may be in a room. */
        JOIN,
        /** Whether it may say something. */
        SEND
    }

    /** What became of a question to the business backend. */
    public enum QuestionOutcome {
        ALLOWED,
        /** Allowed, but with other data. */
        REPLACED,
        DENIED,
        /** The answer didn't come in time. */
        TIMEOUT,
        /** There was no connection, or the backend said that it failed. */
        FAILED,
        /** There was an answer that can't be understood, or another status than 200. */
        UNREADABLE,
        /** Not asked: too many waited, or it had waited too long. */
        BUSY,
        /** Not asked: the backend has failed too often. */
        SUSPENDED;

        /** Whether the backend is silent, for a reason that isn't in the question or in how many there are. */
        public boolean silent() {
            return this == TIMEOUT || this == FAILED || this == SUSPENDED;
        }
    }

    private static final String OK = "ok";

    private final MeterRegistry registry;
    private final Map<Encoding, Map<ConnectionState, AtomicLong>> connections;
    private final Map<UpgradeOutcome, Counter> upgrades;
    private final Map<Op, Counter> accepted;
    private final Map<Op, Map<ErrorCode, Counter>> refused;
    private final Map<CloseCode, Counter> closes;
    private final Counter closedByPeer;
    private final Counter framesIn;
    private final Counter bytesIn;
    private final Counter framesOut;
    private final Counter bytesOut;
    private final Counter deliveries;
    private final Counter dropped;
    private final Counter heartbeatsLost;
    private final DistributionSummary fanOut;
    private final Timer publishToFlush;
    private final Timer loopLag;
    private final Counter slowConsumers;
    private final AtomicLong queuedBytes;
    private final AtomicLong rooms;
    private final AtomicLong members;
    private final AtomicLong behind;
    private final Counter fellBehind;
    private final Counter fed;
    private final AtomicLong hidden;
    private final Map<ResumeOutcome, Counter> resumes;
    private final Map<AuthOutcome, Counter> logins;
    private final Map<RefusedPeer, Counter> refusedPeers;
    private final Map<Question, Map<QuestionOutcome, Counter>> questions;
    private final Timer webhookLatency;

    public GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
        connections = byEnum(
                Encoding.class,
                encoding -> byEnum(
                        ConnectionState.class,
                        state -> gauge(
                                "magpie.connections",
                                "Open WebSocket connections.",
                                "encoding",
                                wire(encoding),
                                "state",
                                wire(state))));
        upgrades = byEnum(
                UpgradeOutcome.class,
                outcome -> counter("magpie.upgrades", "Requests to upgrade.", "outcome", wire(outcome)));
        accepted = byEnum(Op.class, op -> command(op, OK));
        refused = byEnum(Op.class, op -> byEnum(ErrorCode.class, code -> command(op, code.wireName())));
        closes = byEnum(
                CloseCode.class,
                code -> counter("magpie.closes", "Close frames sent by the server.", "code", "" + code.code()));
        closedByPeer =
                counter("magpie.closes.by.peer", "Connections that the client ended, with a close frame or without.");
        framesIn = counter("magpie.frames.in", "Data frames received, after reassembly.");
        bytesIn = counter("magpie.bytes.in", "Payload bytes of data frames received.");
        framesOut = counter("magpie.frames.out", "Writes of frames to connections.");
        bytesOut = counter("magpie.bytes.out", "Bytes of frames written to connections.");
        deliveries = counter("magpie.deliveries", "Messages and signals written to members.");
        dropped = counter("magpie.signals.dropped", "Signals not written because the reader was slow.");
        heartbeatsLost = counter("magpie.heartbeats.lost", "Connections closed because they fell silent.");
        fanOut = DistributionSummary.builder("magpie.fan.out")
                .description("Members of the room at each broadcast.")
                .serviceLevelObjectives(1, 10, 100, 1_000)
                .register(registry);
        publishToFlush =
                histogram("magpie.publish.to.flush", "From reading a message to the flush to a loop's last member.");
        loopLag = histogram("magpie.loop.lag", "How late the once-a-second task of each event loop ran.");
        slowConsumers = counter("magpie.slow.consumers", "Connections closed because they read too slowly.");
        queuedBytes = gauge("magpie.outbound.queued.bytes", "Bytes that wait for readers above their high-water mark.");
        rooms = gauge("magpie.rooms", "Rooms in memory.");
        members = gauge("magpie.members", "Memberships of connections in rooms.");
        behind = gauge("magpie.members.behind", "Memberships that are catching up.");
        fellBehind = counter("magpie.catch.ups", "Times that a member fell behind, or came with much to catch up.");
        fed = counter("magpie.catch.up.messages", "Messages given to members that were behind; deliveries, too.");
        hidden = gauge("magpie.connections.hidden", "Connections that said hide: nothing is pushed to them.");
        refusedPeers = byEnum(
                RefusedPeer.class,
                why -> counter("magpie.peers.refused", "TCP connections ended at once.", "reason", wire(why)));
        logins = byEnum(
                AuthOutcome.class, outcome -> counter("magpie.logins", "Tokens judged.", "outcome", wire(outcome)));
        questions = byEnum(
                Question.class, question -> byEnum(QuestionOutcome.class, outcome -> question(question, outcome)));
        webhookLatency =
                histogram("magpie.webhook.latency", "From posting a question to the backend to its answer or failure.");
        resumes = byEnum(
                ResumeOutcome.class,
                outcome -> counter("magpie.resumes", "Tickets that clients came with.", "outcome", wire(outcome)));
    }

    /** A TCP connection was ended at once. */
    public void refused(RefusedPeer why) {
        counter(refusedPeers, why).increment();
    }

    /** A token was judged, or was missing. */
    public void authenticated(AuthOutcome outcome) {
        counter(logins, outcome).increment();
    }

    /** A question to the backend was settled. */
    public void asked(Question question, QuestionOutcome outcome) {
        Map<QuestionOutcome, Counter> byOutcome = questions.get(question);
        if (byOutcome != null) {
            counter(byOutcome, outcome).increment();
        }
    }

    /** The backend has answered, or failed, so long after it was asked. */
    public void webhookTook(long nanos) {
        webhookLatency.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** The registry, for meters of libraries. */
    public MeterRegistry registry() {
        return registry;
    }

    /** A request to upgrade was judged. */
    public void upgrade(UpgradeOutcome outcome) {
        counter(upgrades, outcome).increment();
    }

    /** A connection came into a state. */
    public void entered(Encoding encoding, ConnectionState state) {
        gauge(encoding, state).incrementAndGet();
    }

    /** A connection left a state. */
    public void left(Encoding encoding, ConnectionState state) {
        gauge(encoding, state).decrementAndGet();
    }

    /** A command was carried out. */
    public void accepted(Op op) {
        counter(accepted, op).increment();
    }

    /** A command was answered with an error. */
    public void refused(Op op, ErrorCode code) {
        Map<ErrorCode, Counter> byCode = refused.get(op);
        if (byCode != null) {
            counter(byCode, code).increment();
        }
    }

    /** The server sent its close frame. */
    public void closed(CloseCode code) {
        counter(closes, code).increment();
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
        framesIn.increment();
        bytesIn.increment(bytes);
    }

    /** Frames were written; {@code bytes} with their headers. */
    public void framesOut(int writes, long bytes) {
        framesOut.increment(writes);
        bytesOut.increment((double) bytes);
    }

    /**
     * One loop has delivered what there was to a chunk of its members.
     *
     * @param written messages and signals, each counted for each member that it was written to
     * @param missed signals, counted for each member that they were dropped for
     */
    public void delivered(long written, long missed) {
        if (written > 0) {
            deliveries.increment((double) written);
        }
        if (missed > 0) {
            dropped.increment((double) missed);
        }
    }

    /** One loop has delivered a batch to its last member, so long after the oldest message was read from its socket. */
    public void flushed(long nanos) {
        publishToFlush.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A member fell behind. */
    public void fellBehind() {
        fellBehind.increment();
        behind.incrementAndGet();
    }

    /** A member that was behind is live again, or gone. */
    public void caughtUp() {
        behind.decrementAndGet();
    }

    /** A page with so many messages was given to a member that is behind. Its bytes count where they are written. */
    public void fed(int messages) {
        fed.increment(messages);
        deliveries.increment(messages);
    }

    /** Connections said {@code hide}, or ended that if negative. */
    public void hidden(int change) {
        hidden.addAndGet(change);
    }

    /** A client came with a ticket. */
    public void resumed(ResumeOutcome outcome) {
        counter(resumes, outcome).increment();
    }

    /** A room sends something to so many members. */
    public void fanOut(int members) {
        fanOut.record(members);
    }

    /** How late an event loop ran a task that was due. */
    public void loopLag(long nanos) {
        loopLag.record(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }

    /** The bytes that wait for slow readers changed by so many. */
    public void queuedBytes(long change) {
        queuedBytes.addAndGet(change);
    }

    /** Rooms were opened, or forgotten if negative. */
    public void rooms(int change) {
        rooms.addAndGet(change);
    }

    /** Members came, or went if negative. */
    public void members(int change) {
        members.addAndGet(change);
    }

    private AtomicLong gauge(Encoding encoding, ConnectionState state) {
        Map<ConnectionState, AtomicLong> states = connections.get(encoding);
        AtomicLong gauge = states == null ? null : states.get(state);
        if (gauge == null) {
            throw new IllegalStateException("no gauge for " + encoding + " " + state);
        }
        return gauge;
    }

    private static <E extends Enum<E>> Counter counter(Map<E, Counter> counters, E key) {
        Counter counter = counters.get(key);
        if (counter == null) {
            throw new IllegalStateException("no counter for " + key);
        }
        return counter;
    }

    private Counter command(Op op, String outcome) {
        return counter("magpie.commands", "Client envelopes answered.", "op", wire(op), "outcome", outcome);
    }

    private Counter question(Question question, QuestionOutcome outcome) {
        return counter(
                "magpie.webhook.questions",
                "Questions to the business backend.",
                "question",
                wire(question),
                "outcome",
                wire(outcome));
    }

    private Counter counter(String name, String description, String... tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private AtomicLong gauge(String name, String description, String... tags) {
        AtomicLong value = new AtomicLong();
        Gauge.builder(name, value, AtomicLong::get)
                .description(description)
                .tags(tags)
                .register(registry);
        return value;
    }

    private Timer histogram(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(
                        Duration.ofNanos(100_000),
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5))
                .register(registry);
    }

    private static <E extends Enum<E>, V> Map<E, V> byEnum(Class<E> type, Function<E, V> make) {
        Map<E, V> map = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            map.put(constant, make.apply(constant));
        }
        return map;
    }

    private static String wire(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
