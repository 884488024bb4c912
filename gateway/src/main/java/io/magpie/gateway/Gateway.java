package io.magpie.gateway;

import io.magpie.gateway.api.ManagementApi;
import io.magpie.gateway.auth.Authenticator;
import io.magpie.gateway.auth.JwtAuthenticator;
import io.magpie.gateway.auth.JwtKeys;
import io.magpie.gateway.auth.JwtVerifier;
import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.BatchEncoder;
import io.magpie.gateway.delivery.Broadcaster;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.disk.DiskLog;
import io.magpie.gateway.engine.local.LocalEngine;
import io.magpie.gateway.hooks.Hooks;
import io.magpie.gateway.hooks.Webhook;
import io.magpie.gateway.http.ManagementSite;
import io.magpie.gateway.http.PublicSite;
import io.magpie.gateway.room.RoomShards;
import io.magpie.gateway.session.Bans;
import io.magpie.gateway.session.Guests;
import io.magpie.gateway.session.Rates;
import io.magpie.gateway.session.Seats;
import io.magpie.gateway.session.SessionServices;
import io.magpie.gateway.session.Sessions;
import io.magpie.gateway.session.TicketSecret;
import io.magpie.gateway.session.Tickets;
import io.magpie.gateway.session.UserConnections;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.gateway.support.RandomNames;
import io.magpie.gateway.support.RuntimeMeters;
import io.magpie.gateway.tls.TlsListener;
import io.magpie.gateway.transport.AddressLimits;
import io.magpie.gateway.transport.Admission;
import io.magpie.gateway.transport.IoTransport;
import io.magpie.gateway.transport.ManagementServer;
import io.magpie.gateway.transport.Overload;
import io.magpie.gateway.transport.Server;
import io.magpie.gateway.transport.Wiring;
import io.magpie.gateway.wechat.WechatLogin;
import io.magpie.protocol.CloseCode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: every collaborator is made here, by hand, and closed in reverse. Made, started and closed by
 * one thread.
 */
@OwnedBy(Owner.MAIN)
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final String RESTARTS = "the server restarts";
    private static final Duration HANDSHAKES = Duration.ofSeconds(3);

    private final GatewayConfig config;
    private final IoTransport io;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RuntimeMeters runtimeMeters = new RuntimeMeters(registry);
    private final Server server;
    private final @Nullable DiskLog log;
    private final @Nullable Webhook webhook;
    private final @Nullable Authenticator authenticator;
    private final @Nullable WechatLogin wechat;
    private final RoomShards rooms;
    private final @Nullable TlsListener tls;
    private final Admission admission;
    private final Wiring wiring;
    private final ManagementServer management = new ManagementServer();
    private final Bans bans;
    private final ExecutorService apiThread = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "magpie-api");
        thread.setDaemon(true);
        return thread;
    });

    /** Wires everything; nothing listens yet. */
    public Gateway(GatewayConfig config) {
        this(config, IoTransport.of(config.transport().kind()));
    }

    /** Like the other, on a transport of the caller's making, for example one without sockets. */
    public Gateway(GatewayConfig config, IoTransport io) {
        this(config, io, UnaryOperator.identity());
    }

    /**
     * Like the other, with something between the rooms and the engine of each shard.
     *
     * @param around gets the engine of a shard and gives what the shard uses
     */
    public Gateway(GatewayConfig config, IoTransport io, UnaryOperator<Engine> around) {
        this.config = config;
        this.io = io;
        RandomNames names = new RandomNames();
        Engine.Environment environment =
                new Engine.Environment(System::currentTimeMillis, System::nanoTime, names::nextShort);
        GatewayMetrics metrics = new GatewayMetrics(registry);
        // First what may fail for want of a file, and last of these what would have to be closed.
        this.wechat = config.auth().kind() == AuthConfig.Kind.WECHAT ? WechatLogin.of(config.auth(), registry) : null;
        this.webhook = Webhook.of(config, registry, names::next);
        this.authenticator = authenticator(config.auth(), webhook);
        this.tls = config.tls().enabled() ? TlsListener.open(config.tls(), registry) : null;
        boolean durable = config.log().kind() == GatewayConfig.LogKind.DISK;
        this.log = durable ? DiskLog.open(config, environment, registry) : null;
        Overload overload = new Overload(config.overload(), PlatformDependent.maxDirectMemory(), registry);
        this.server = new Server(io, loops(config), config.outbound().stallTimeout(), metrics, overload);
        BatchEncoder encoder =
                new BatchEncoder(ByteBufAllocator.DEFAULT, config.websocket().compression());
        Function<Executor, Engine> engines =
                log == null ? shard -> new LocalEngine(config.history(), config.dedup(), environment) : log::engine;
        this.rooms = new RoomShards(server.loops(), engines.andThen(around), new Broadcaster(encoder), config, metrics);
        this.bans = Bans.load(
                log == null ? null : Path.of(config.log().directory()).resolve("bans.json"), System::currentTimeMillis);
        this.admission = new Admission(config.limits().connections());
        this.wiring = new Wiring(
                config,
                metrics,
                new Sessions(services(encoder, names, metrics))::open,
                new PublicSite(Version.current(), config.http().corsOrigins(), wechat),
                admission,
                new Admission(config.limits().newcomers()),
                new AddressLimits(config.edge(), System::nanoTime),
                overload,
                tls,
                names::nextShort);
    }

    private SessionServices services(BatchEncoder encoder, RandomNames names, GatewayMetrics metrics) {
        return new SessionServices(
                config,
                rooms,
                encoder,
                new Guests(names::next),
                authenticator,
                webhook == null ? Hooks.NONE : webhook.hooks(),
                tickets(metrics),
                new Seats(server.loops(), config.resume(), System::nanoTime, metrics),
                new Rates(config.rate(), System::nanoTime),
                bans,
                new UserConnections(config.auth()),
                metrics,
                System::nanoTime,
                System::currentTimeMillis);
    }

    /**
     * Listens on both ports.
     *
     * @throws IllegalStateException if a port can't be had; the message says which and why
     */
    public Addresses start() {
        rooms.start();
        InetSocketAddress managed = null;
        if (config.management().enabled()) {
            ManagementApi api = new ManagementApi(
                    config,
                    Version.current(),
                    new ManagementApi.Subjects(rooms, server.loops().get(0), server, bans, admission::shut),
                    apiThread);
            managed = management.listen(config.management(), new ManagementSite(registry::scrape, this::ready, api));
        }
        return new Addresses(
                server.listen(config.listen(), wiring),
                managed,
                io.name(),
                server.loops().size(),
                tls != null);
    }

    /**
     * Refuses newcomers, lets everybody go over {@code drain} so that they come back elsewhere, one after the other, then
     * ends everything.
     */
    @Override
    public void close() {
        admission.shut();
        Duration span = config.drain();
        if (!span.isZero()) {
            awaitDeparture(server.depart(1, span, RESTARTS), span);
        }
        server.drain(CloseCode.RESTART, RESTARTS, HANDSHAKES);
        if (webhook != null) {
            webhook.close();
        }
        rooms.close();
        server.close();
        if (authenticator != null) {
            authenticator.close();
        }
        if (wechat != null) {
            wechat.close();
        }
        if (log != null) {
            log.close();
        }
        management.close();
        if (tls != null) {
            tls.close();
        }
        apiThread.shutdownNow();
        runtimeMeters.close();
        registry.close();
    }

    private static void awaitDeparture(CompletableFuture<Void> departure, Duration span) {
        try {
            departure.get(span.plus(HANDSHAKES).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("gateway.departure-late: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether newcomers are served, and what they say can be stored. */
    private boolean ready() {
        return admission.open() && (log == null || log.sound());
    }

    private static @Nullable Authenticator authenticator(AuthConfig config, @Nullable Webhook webhook) {
        return switch (config.kind()) {
            case NONE -> null;
            case JWT, WECHAT ->
                new JwtAuthenticator(new JwtVerifier(config, JwtKeys.of(config.jwt()), System::currentTimeMillis));
            case WEBHOOK ->
                Objects.requireNonNull(webhook, "there is a webhook where it says who clients are")
                        .authenticator();
        };
    }

    private Tickets tickets(GatewayMetrics metrics) {
        String secret = config.resume().secret();
        byte[] key = log == null
                ? TicketSecret.of(secret)
                : TicketSecret.of(secret, Path.of(config.log().directory()));
        return new Tickets(key, config.resume().valid(), System::currentTimeMillis, metrics);
    }

    private static int loops(GatewayConfig config) {
        int wanted = config.transport().loops();
        return wanted == 0 ? Runtime.getRuntime().availableProcessors() : wanted;
    }
}
