package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.BatchEncoder;
import io.magpie.gateway.delivery.Broadcaster;
import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.local.LocalEngine;
import io.magpie.gateway.hooks.Hooks;
import io.magpie.gateway.http.AsyncSite;
import io.magpie.gateway.http.PublicSite;
import io.magpie.gateway.room.Publication;
import io.magpie.gateway.room.Publisher;
import io.magpie.gateway.room.RoomShards;
import io.magpie.gateway.session.Bans;
import io.magpie.gateway.session.Guests;
import io.magpie.gateway.session.Handshake;
import io.magpie.gateway.session.Rates;
import io.magpie.gateway.session.Seats;
import io.magpie.gateway.session.SessionServices;
import io.magpie.gateway.session.Sessions;
import io.magpie.gateway.session.Tickets;
import io.magpie.gateway.session.UserConnections;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.gateway.support.RandomNames;
import io.magpie.gateway.tls.TlsListener;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection on the pipeline that production uses, without a socket: bytes in, bytes out, and a clock that only the
 * test moves. Sessions write down what they are told, or are the real ones ({@link #withRooms}).
 */
final class ProductionPipeline implements AutoCloseable {
    final SimpleMeterRegistry registry;
    final GatewayMetrics metrics;
    final Admission admission;
    final Admission newcomers;
    final Overload overload;
    final List<RecordingSession> sessions = new ArrayList<>();

    private final Socket socket = new Socket();
    private final TransportLoop home;
    private final ConnectionPipeline connections;
    private final long interval;
    private @Nullable RoomShards rooms;
    private @Nullable Future<Void> departure;
    private final WireReader out = new WireReader(new Outbound());

    /** What kind of sessions there are. */
    private enum Kind {
        RECORDING,
        REAL,
        FAILING
    }

    /**
     * What isn't of one connection alone; pipelines that have it in common are quick to make.
     *
     * @param buffers where the pipeline's buffers come from
     */
    record Parts(
            GatewayConfig config,
            SimpleMeterRegistry registry,
            GatewayMetrics metrics,
            PublicSite site,
            ByteBufAllocator buffers) {
        private static Parts of(GatewayConfig config, ByteBufAllocator buffers, @Nullable AsyncSite login) {
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            PublicSite site = new PublicSite("1.2.3", config.http().corsOrigins(), login);
            return new Parts(config, registry, new GatewayMetrics(registry), site, buffers);
        }

        /** Parts that count the bytes of all buffers. */
        static Parts counting(String... settings) {
            return of(TestConfig.with(settings), new UnpooledByteBufAllocator(true, true), null);
        }

        /** Bytes of the buffers that aren't released. */
        long held() {
            ByteBufAllocatorMetric metric = ((UnpooledByteBufAllocator) buffers).metric();
            return metric.usedDirectMemory() + metric.usedHeapMemory();
        }
    }

    private ProductionPipeline(GatewayConfig config, Kind sessions) {
        this(config, sessions, null);
    }

    private ProductionPipeline(GatewayConfig config, Kind sessions, @Nullable AsyncSite login) {
        this(Parts.of(config, ByteBufAllocator.DEFAULT, login), sessions);
    }

    private ProductionPipeline(Parts parts, Kind sessions) {
        GatewayConfig config = parts.config();
        registry = parts.registry();
        metrics = parts.metrics();
        socket.config().setAllocator(parts.buffers());
        socket.freezeTime();
        socket.config()
                .setWriteBufferWaterMark(new WriteBufferWaterMark(
                        config.outbound().lowWaterMark().intBytes(),
                        config.outbound().highWaterMark().intBytes()));
        interval = LoopWheel.ticks(config.heartbeat().interval());
        overload = new Overload(config.overload(), 1 << 30, registry);
        home = new TransportLoop(0, socket.eventLoop(), config.outbound().stallTimeout(), metrics, overload);
        admission = new Admission(config.limits().connections());
        newcomers = new Admission(config.limits().newcomers());
        Wiring wiring = new Wiring(
                config,
                metrics,
                switch (sessions) {
                    case RECORDING -> this::record;
                    case REAL -> realSessions(parts);
                    case FAILING ->
                        (connection, handshake) -> {
                            throw new IllegalStateException("planned by the test");
                        };
                },
                parts.site(),
                admission,
                newcomers,
                new AddressLimits(config.edge(), System::nanoTime),
                overload,
                config.tls().enabled() ? TlsListener.open(config.tls(), registry) : null,
                () -> "c1");
        home.start();
        connections = new ConnectionPipeline(wiring);
        connections.installHttp(socket, home);
        socket.runPendingTasks();
    }

    /** With sessions that write down what they are told. */
    static ProductionPipeline open(Parts parts) {
        return new ProductionPipeline(parts, Kind.RECORDING);
    }

    static ProductionPipeline open(String... settings) {
        return new ProductionPipeline(TestConfig.with(settings), Kind.RECORDING);
    }

    /** With something that answers logins. */
    static ProductionPipeline withLogin(AsyncSite login, String... settings) {
        return new ProductionPipeline(TestConfig.with(settings), Kind.RECORDING, login);
    }

    /** Upgraded in plain mode already. */
    static ProductionPipeline upgraded(String... settings) {
        ProductionPipeline pipeline = open(settings);
        pipeline.upgrade(RawRequest.upgrade("/ws"));
        return pipeline;
    }

    /** Upgraded in plain mode, with compression negotiated. */
    static ProductionPipeline deflating(String... settings) {
        String[] all = new String[settings.length + 1];
        System.arraycopy(settings, 0, all, 1, settings.length);
        all[0] = "websocket.compression.enabled=true";
        ProductionPipeline pipeline = open(all);
        HttpReply reply = pipeline.upgrade(RawRequest.upgrade("/ws", "Sec-WebSocket-Extensions: permessage-deflate"));
        assertThat(reply.header("sec-websocket-extensions")).startsWith("permessage-deflate");
        return pipeline;
    }

    /** With the sessions and rooms of production. */
    static ProductionPipeline withRooms(String... settings) {
        return new ProductionPipeline(TestConfig.with(settings), Kind.REAL);
    }

    /** With the sessions and rooms of production. */
    static ProductionPipeline withRooms(Parts parts) {
        return new ProductionPipeline(parts, Kind.REAL);
    }

    /** No session can be made. */
    static ProductionPipeline withoutSessions(String... settings) {
        return new ProductionPipeline(TestConfig.with(settings), Kind.FAILING);
    }

    /** Another client connects for a moment; whether it may. */
    boolean anotherMayConnect() {
        EmbeddedChannel other = new EmbeddedChannel();
        connections.installHttp(other, home);
        other.runPendingTasks();
        boolean open = other.isOpen();
        other.finishAndReleaseAll();
        return open;
    }

    /** As if so many had connected to this loop before: by how many seconds each would be pinged early. */
    List<Integer> connectedEarlier(int connections) {
        List<Integer> early = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            early.add((int) home.stagger(interval));
        }
        return early;
    }

    /** Upgrades, which must succeed. */
    HttpReply upgrade(RawRequest request) {
        HttpReply reply = ask(request);
        assertThat(reply.status()).as("%s", reply).isEqualTo(101);
        return reply;
    }

    /** Sends a request and reads the response. */
    HttpReply ask(RawRequest request) {
        receive(request.bytes());
        return reply();
    }

    HttpReply reply() {
        try {
            return out.reply();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpReply replyWithoutBody() {
        try {
            return out.replyWithoutBody();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes arrive from the client, in one read. */
    void receive(byte[] bytes) {
        if (socket.isOpen()) {
            socket.writeInbound(socket.alloc().directBuffer(bytes.length).writeBytes(bytes));
        }
        socket.runPendingTasks();
    }

    void receive(ClientFrame... frames) {
        for (ClientFrame frame : frames) {
            receive(frame.bytes());
        }
    }

    /** The next frame that the client would read. */
    Optional<ServerFrame> frame() {
        try {
            return out.frame();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All frames that the client could read by now. */
    List<ServerFrame> frames() {
        try {
            return out.framesToEnd();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the server has written since it was asked last, write by write. Not beside what reads replies and frames. */
    List<byte[]> writes() {
        List<byte[]> writes = new ArrayList<>();
        for (ByteBuf next = socket.readOutbound(); next != null; next = socket.readOutbound()) {
            writes.add(ByteBufUtil.getBytes(next));
            next.release();
        }
        return writes;
    }

    /** Lets time pass, second by second, as a loop lives through it. */
    void pass(Duration span) {
        for (long second = 0; second < span.toSeconds(); second++) {
            socket.advanceTimeBy(1, TimeUnit.SECONDS);
            socket.runPendingTasks();
            // What a timer posted runs in the same turn of a real loop.
            socket.runPendingTasks();
        }
    }

    /** The loop lets a share of its connections go. */
    void depart(double share, Duration span, String reason) {
        departure = home.depart(share, span, reason);
        socket.runPendingTasks();
    }

    /** Whether those who had to leave have gone. */
    boolean departed() {
        return departure != null && departure.isDone();
    }

    /** The client stops reading; what is written stays in the process. */
    void stall() {
        socket.stalled = true;
    }

    /** The client reads again. */
    void resume() {
        socket.stalled = false;
        socket.flush();
        socket.runPendingTasks();
    }

    /** Somebody on another connection says something in a room. */
    void publish(RoomId room, Body body) {
        Sender somebody = new Sender(new UserId("somebody"), null);
        Draft draft = new Draft(somebody, null, null, body, System.nanoTime());
        Objects.requireNonNull(rooms).publish(room, new Publication(draft, null, new Publisher() {
            @Override
            public DeliveryLoop loop() {
                return home.delivery();
            }

            @Override
            public void onAppended(RoomId to, @Nullable RequestId id, Appended outcome) {
                assertThat(outcome).isInstanceOf(Appended.Stored.class);
            }
        }));
        socket.runPendingTasks();
    }

    /** How many messages a room holds. */
    int stored(RoomId room) {
        AtomicInteger count = new AtomicInteger(-1);
        Command.History all = new Command.History(room, Command.History.UNSET, Command.History.UNSET, 100);
        Objects.requireNonNull(rooms)
                .read(all, page -> count.set(page.messages().size()), refused -> {});
        socket.runPendingTasks();
        return count.get();
    }

    /** A client that has stopped reading takes one write more. */
    void takeOne() {
        socket.willing = 1;
        socket.flush();
        socket.runPendingTasks();
    }

    /** The most bytes that have waited for the client since this was asked last. */
    long mostQueued() {
        long most = socket.mostQueued;
        socket.mostQueued = 0;
        return most;
    }

    /** The client is gone without a word. */
    void reset() {
        socket.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        socket.runPendingTasks();
    }

    /** The client ends the TCP connection without a word. */
    void disconnect() {
        socket.close();
        socket.runPendingTasks();
    }

    boolean isOpen() {
        return socket.isOpen();
    }

    RecordingSession session() {
        return sessions.get(sessions.size() - 1);
    }

    /** The value of a counter or gauge. */
    double metric(String name, String... tags) {
        return registry.get(name).tags(tags).meter().measure().iterator().next().getValue();
    }

    @Override
    public void close() {
        socket.stalled = false;
        socket.close();
        if (rooms != null) {
            rooms.close();
        }
        socket.runPendingTasks();
        socket.releaseInbound();
        socket.releaseOutbound();
        socket.checkException();
    }

    private RecordingSession record(Connection connection, Handshake handshake) {
        RecordingSession session = new RecordingSession(connection, handshake);
        sessions.add(session);
        return session;
    }

    private SessionFactory realSessions(Parts parts) {
        GatewayConfig config = parts.config();
        BatchEncoder encoder =
                new BatchEncoder(parts.buffers(), config.websocket().compression());
        RandomNames names = new RandomNames();
        Engine.Environment environment =
                new Engine.Environment(System::currentTimeMillis, System::nanoTime, names::nextShort);
        rooms = new RoomShards(
                List.of(home.delivery()),
                shard -> new LocalEngine(config.history(), config.dedup(), environment),
                new Broadcaster(encoder),
                config,
                metrics);
        return new Sessions(new SessionServices(
                config,
                rooms,
                encoder,
                new Guests(names::next),
                null,
                Hooks.NONE,
                new Tickets(new byte[32], config.resume().valid(), System::currentTimeMillis, metrics),
                new Seats(List.of(home.delivery()), config.resume(), System::nanoTime, metrics),
                new Rates(config.rate(), System::nanoTime),
                Bans.load(null, System::currentTimeMillis),
                new UserConnections(config.auth()),
                metrics,
                System::nanoTime,
                System::currentTimeMillis))::open;
    }

    /** A channel that can stop taking bytes, as a socket does whose peer doesn't read. */
    private static final class Socket extends EmbeddedChannel {
        private boolean stalled;
        private int willing;
        private long mostQueued;

        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            mostQueued = Math.max(mostQueued, in.totalPendingWriteBytes());
            if (!stalled) {
                super.doWrite(in);
            }
            for (; willing > 0 && in.current() != null; willing--) {
                handleOutboundMessage(ReferenceCountUtil.retain(in.current()));
                in.remove();
            }
        }
    }

    /** What the channel has written, as a stream that seems to end where there is nothing yet. */
    private final class Outbound extends InputStream {
        private InputStream current = InputStream.nullInputStream();

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = current.read(bytes, offset, length);
            while (count < 0) {
                ByteBuf next = socket.readOutbound();
                if (next == null) {
                    return -1;
                }
                current = new ByteArrayInputStream(ByteBufUtil.getBytes(next));
                next.release();
                count = current.read(bytes, offset, length);
            }
            return count;
        }
    }
}
