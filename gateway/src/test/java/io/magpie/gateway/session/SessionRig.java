package io.magpie.gateway.session;

import io.magpie.gateway.auth.Authenticator;
import io.magpie.gateway.config.ByteSize;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.config.RateConfig;
import io.magpie.gateway.delivery.BatchEncoder;
import io.magpie.gateway.delivery.Broadcaster;
import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.local.LocalEngine;
import io.magpie.gateway.hooks.Hooks;
import io.magpie.gateway.room.FakeConnection;
import io.magpie.gateway.room.ManualLoop;
import io.magpie.gateway.room.RoomShards;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.protocol.Encoding;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Sessions with real rooms on loops that the test runs. Guests are guest-1, guest-2 …, connections c1, c2 …, epochs e1,
 * e2 …, and it is always 1,000 ms after 1970.
 */
final class SessionRig implements AutoCloseable {
    final List<ManualLoop> loops;
    final Bans bans = Bans.load(null, () -> 1_000);
    final GatewayMetrics metrics = new GatewayMetrics(new SimpleMeterRegistry());
    private final RoomShards rooms;
    private final Sessions sessions;
    private int connections;

    SessionRig() {
        this(1, small());
    }

    SessionRig(int loopCount, GatewayConfig config) {
        this(loopCount, config, null);
    }

    /** @param authenticator judges tokens; null if everybody is a guest */
    SessionRig(int loopCount, GatewayConfig config, @Nullable Authenticator authenticator) {
        this(loopCount, config, authenticator, Hooks.NONE);
    }

    /** @param hooks asked about what clients do */
    SessionRig(int loopCount, GatewayConfig config, @Nullable Authenticator authenticator, Hooks hooks) {
        loops = IntStream.range(0, loopCount).mapToObj(ManualLoop::new).toList();
        AtomicInteger epochs = new AtomicInteger();
        BatchEncoder encoder =
                new BatchEncoder(ByteBufAllocator.DEFAULT, config.websocket().compression());
        rooms = new RoomShards(
                loops.stream().map(ManualLoop::delivery).toList(),
                shard -> new LocalEngine(
                        config.history(),
                        config.dedup(),
                        new Engine.Environment(
                                () -> 1_000, loops.get(0).ticker()::nanoTime, () -> "e" + epochs.incrementAndGet())),
                new Broadcaster(encoder),
                config,
                metrics);
        long begun = loops.get(0).ticker().nanoTime();
        AtomicInteger guests = new AtomicInteger();
        sessions = new Sessions(new SessionServices(
                config,
                rooms,
                encoder,
                new Guests(() -> Integer.toString(guests.incrementAndGet())),
                authenticator,
                hooks,
                new Tickets(new byte[32], config.resume().valid(), () -> 1_000, metrics),
                new Seats(
                        loops.stream().map(ManualLoop::delivery).toList(),
                        config.resume(),
                        loops.get(0).ticker()::nanoTime,
                        metrics),
                new Rates(config.rate(), loops.get(0).ticker()::nanoTime),
                bans,
                new UserConnections(config.auth()),
                metrics,
                loops.get(0).ticker()::nanoTime,
                () -> 1_000
                        + TimeUnit.NANOSECONDS.toMillis(loops.get(0).ticker().nanoTime() - begun)));
    }

    /** Limits that a test reaches: 3 rooms, 64 bytes of data, 5 messages a page, 8 remembered. */
    static GatewayConfig small() {
        GatewayConfig d = GatewayConfig.DEFAULTS;
        return new GatewayConfig(
                d.listen(),
                d.management(),
                d.transport(),
                d.http(),
                d.websocket(),
                d.heartbeat(),
                d.plain(),
                new GatewayConfig.Limits(100, 100, 1_000, 3, new ByteSize(64), Duration.ofSeconds(10), 5),
                d.log(),
                new GatewayConfig.History(8, ByteSize.ofKiB(64), Duration.ofMinutes(10)),
                d.dedup(),
                d.outbound(),
                d.resume(),
                d.auth(),
                d.edge(),
                d.tls(),
                new RateConfig(0, 0, 0, 0, 1_000),
                d.overload(),
                d.webhook(),
                Duration.ZERO);
    }

    /** A JSON client whose upgrade is done. */
    TestClient json() {
        return open(FrameFormat.JSON, new Handshake(Encoding.JSON, null, Handshake.NO_SINCE, 0));
    }

    /** A JSON client on a loop. */
    TestClient json(int loop) {
        return open(loop, FrameFormat.JSON, new Handshake(Encoding.JSON, null, Handshake.NO_SINCE, 0));
    }

    /** A JSON client whose upgrade brought a token. */
    TestClient bearing(String token) {
        return open(FrameFormat.JSON, new Handshake(Encoding.JSON, null, Handshake.NO_SINCE, 0, token, null));
    }

    /** A client without a sub-protocol whose upgrade brought a token. */
    TestClient plainBearing(String room, String token) {
        return open(FrameFormat.PLAIN, new Handshake(Encoding.PLAIN, room, Handshake.NO_SINCE, 0, token, null));
    }

    /** A JSON client with an address that is in a room; what it was answered is taken. */
    TestClient from(InetAddress address, String room) {
        Handshake handshake = new Handshake(Encoding.JSON, null, Handshake.NO_SINCE, 0);
        TestClient client = open(FrameFormat.JSON, handshake.of(address));
        client.say("{'type':'connect','rooms':{'" + room + "':null}}");
        client.take();
        return client;
    }

    double logins(String outcome) {
        return metrics.registry()
                .get("magpie.logins")
                .tags("outcome", outcome)
                .counter()
                .count();
    }

    /** The same, but nothing happens yet beyond its loop's own turn. */
    TestClient connecting(int loop) {
        return begin(loop, FrameFormat.JSON, new Handshake(Encoding.JSON, null, Handshake.NO_SINCE, 0));
    }

    TestClient cbor() {
        return open(FrameFormat.CBOR, new Handshake(Encoding.CBOR, null, Handshake.NO_SINCE, 0));
    }

    TestClient plain(String room) {
        return plain(room, Handshake.NO_SINCE, 0);
    }

    TestClient plain(String room, long since, int history) {
        return open(FrameFormat.PLAIN, new Handshake(Encoding.PLAIN, room, since, history));
    }

    /** A JSON client that has connected and is in rooms; what it was answered is taken. */
    TestClient in(String... rooms) {
        TestClient client = json();
        client.say("{'type':'connect'}");
        for (String room : rooms) {
            client.say("{'type':'join','room':'" + room + "'}");
        }
        client.take();
        return client;
    }

    void settle() {
        ManualLoop.settle(loops);
    }

    void advance(Duration span) {
        loops.get(0).advance(span);
        settle();
    }

    double gauge(String name) {
        return metrics.registry().get(name).gauge().value();
    }

    double commands(String op, String outcome) {
        return metrics.registry()
                .get("magpie.commands")
                .tags("op", op, "outcome", outcome)
                .counter()
                .count();
    }

    /** Lets go of pages that rooms have kept. */
    @Override
    public void close() {
        rooms.close();
        settle();
    }

    private TestClient open(FrameFormat format, Handshake handshake) {
        return open(0, format, handshake);
    }

    private TestClient open(int loop, FrameFormat format, Handshake handshake) {
        TestClient client = begin(loop, format, handshake);
        settle();
        return client;
    }

    private TestClient begin(int loop, FrameFormat format, Handshake handshake) {
        ManualLoop home = loops.get(loop);
        FakeConnection connection = new FakeConnection("c" + ++connections, format, home.delivery());
        Session session = sessions.open(connection, handshake);
        connection.onClosing(session::onClosing);
        home.inside(session::onOpen);
        return new TestClient(this, home, connection, session);
    }
}
