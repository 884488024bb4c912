package io.magpie.gateway.tls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** The meters of TLS, which are there only where TLS is. Any thread. */
final class TlsMetrics {
    private final Counter tls12;
    private final Counter tls13;
    private final Counter failed;
    private final Counter loaded;
    private final Counter refused;
    private final AtomicLong expires = new AtomicLong();

    TlsMetrics(MeterRegistry registry) {
        this.tls12 = handshakes(registry, "tls1_2");
        this.tls13 = handshakes(registry, "tls1_3");
        this.failed = handshakes(registry, "failed");
        this.loaded = reloads(registry, "loaded");
        this.refused = reloads(registry, "refused");
        Gauge.builder("magpie.tls.certificate.expires", expires, AtomicLong::get)
                .description("When the first certificate of the chain expires, in seconds since 1970.")
                .baseUnit("seconds")
                .register(registry);
    }

    /** A handshake is done. */
    void handshake(String protocol) {
        (protocol.equals("TLSv1.2") ? tls12 : tls13).increment();
    }

    /** A handshake failed, or what came wasn't one. */
    void handshakeFailed() {
        failed.increment();
    }

    /** Files that had changed are used from now on, or can't be. */
    void reloaded(boolean good) {
        (good ? loaded : refused).increment();
    }

    void expires(long epochSecond) {
        expires.set(epochSecond);
    }

    private static Counter handshakes(MeterRegistry registry, String outcome) {
        return Counter.builder("magpie.tls.handshakes")
                .description("TLS handshakes.")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static Counter reloads(MeterRegistry registry, String outcome) {
        return Counter.builder("magpie.tls.reloads")
                .description("Times that the files of certificate and key had changed.")
                .tag("outcome", outcome)
                .register(registry);
    }
}
