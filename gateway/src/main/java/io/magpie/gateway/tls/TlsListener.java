package io.magpie.gateway.tls;

import io.magpie.gateway.config.TlsConfig;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each new connection its TLS, with the certificate that the files hold by now. They are looked at by a thread of
 * its own; a set that can't be used is reported and the old one stays.
 */
@OwnedBy(Owner.MAIN)
public final class TlsListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsListener.class);
    private static final long CLOSE_NOTIFY_MILLIS = 1_000;

    /** Authenticated encryption with forward secrecy only: every phone since Android 5 and iOS 9 has one of them. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final ApplicationProtocolConfig ONLY_HTTP_1 = new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_1_1);

    private final TlsConfig config;
    private final SslProvider provider;
    private final ChainCheck check;
    private final TlsMetrics metrics;
    private final TicketKeys tickets = new TicketKeys();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread own = new Thread(task, "magpie-tls");
        own.setDaemon(true);
        return own;
    });

    /** Written by the thread that loads, read by event loops. */
    private volatile SslContext current;

    /** What was current before: let go one look later, when no loop can be about to use it. */
    private @Nullable SslContext retired;

    /** Of the files that are in use. */
    private String fingerprint;

    /** Of those that were looked at last, and of those that couldn't be used. */
    private String seen = "";

    private String refused = "-";

    private TlsListener(TlsConfig config, ChainCheck check, MeterRegistry registry) throws IOException {
        this.config = config;
        this.provider = provider(config.provider());
        this.check = check;
        this.metrics = new TlsMetrics(registry);
        this.fingerprint = Credentials.fingerprint(config);
        this.current = load();
    }

    /**
     * Reads the files. Blocks.
     *
     * @throws IllegalStateException if phones couldn't connect with what they hold; the message says why
     */
    public static TlsListener open(TlsConfig config, MeterRegistry registry) {
        return open(config, ChainCheck.withSystemRoots(), registry);
    }

    static TlsListener open(TlsConfig config, ChainCheck check, MeterRegistry registry) {
        try {
            TlsListener listener = new TlsListener(config, check, registry);
            long millis = config.reload().toMillis();
            listener.thread.scheduleWithFixedDelay(listener::look, millis, millis, TimeUnit.MILLISECONDS);
            LOG.info("tls.loaded provider={} certificate={}", listener.provider, config.certificate());
            return listener;
        } catch (IOException e) {
            throw new IllegalStateException("TLS can't be had: " + e.getMessage(), e);
        }
    }

    /** The handler for a new connection, to stand before all that reads requests. Any thread. */
    public SslHandler handler(ByteBufAllocator allocator) {
        SslHandler handler = current.newHandler(allocator);
        // The deadline for the first request counts from the connection's begin, and so for the handshake too.
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
        return handler;
    }

    /** A handshake is done. Any thread. */
    public void onHandshake(SslHandler handler) {
        metrics.handshake(handler.engine().getSession().getProtocol());
    }

    /** A handshake failed, or there was none. Any thread. */
    public void onHandshakeFailed() {
        metrics.handshakeFailed();
    }

    /** Looks at the files, and uses what has changed. Whatever happens, it is called again. */
    private void look() {
        try {
            ReferenceCountUtil.release(retired);
            retired = null;
            if (tickets.rotate()) {
                tickets.giveTo(current);
            }
            String now = Credentials.fingerprint(config);
            if (!now.equals(fingerprint)) {
                seen = now;
                retired = replace(load());
                fingerprint = now;
                refused = "-";
            }
        } catch (IOException | RuntimeException | Error e) {
            // Tried again at each look, since it may be the machine or the time that wasn't right; told once.
            if (!seen.equals(refused)) {
                refused = seen;
                metrics.reloaded(false);
                LOG.error("tls.reload-refused, the old certificate stays: {}", e.getMessage());
            }
        }
    }

    /** Uses another context from now on; gives the one before. */
    private SslContext replace(SslContext next) {
        SslContext before = current;
        current = next;
        metrics.reloaded(true);
        LOG.info("tls.reloaded certificate={}", config.certificate());
        return before;
    }

    private SslContext load() throws IOException {
        Credentials credentials = Credentials.read(config);
        List<String> faults = check.faults(credentials.chain(), Instant.now());
        if (!faults.isEmpty()) {
            throw new IOException(config.certificate() + ": " + String.join("; ", faults));
        }
        if (!ChainCheck.fits(credentials.key(), credentials.chain().get(0))) {
            throw new IOException("the private key isn't that of " + config.certificate());
        }
        check.warnings(credentials.chain()).forEach(warning -> LOG.warn("tls.private-root: {}", warning));
        SslContext context = context(credentials);
        tickets.giveTo(context);
        metrics.expires(credentials.chain().stream()
                .mapToLong(certificate -> certificate.getNotAfter().toInstant().getEpochSecond())
                .min()
                .orElseThrow());
        return context;
    }

    private SslContext context(Credentials credentials) throws SSLException {
        return SslContextBuilder.forServer(credentials.key(), credentials.chain())
                .sslProvider(provider)
                .protocols("TLSv1.3", "TLSv1.2")
                .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(ONLY_HTTP_1)
                .build();
    }

    private static SslProvider provider(TlsConfig.Provider wanted) {
        return switch (wanted) {
            case JDK -> SslProvider.JDK;
            case AUTO -> OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
            case OPENSSL -> {
                if (!OpenSsl.isAvailable()) {
                    throw new IllegalStateException("tls.provider openssl isn't available here: "
                            + OpenSsl.unavailabilityCause().getMessage() + "; use tls.provider auto");
                }
                yield SslProvider.OPENSSL_REFCNT;
            }
        };
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ReferenceCountUtil.release(retired);
        retired = null;
        ReferenceCountUtil.release(current);
    }
}
