package io.magpie.gateway.api;

import io.magpie.gateway.config.ManagementConfig;
import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.http.HttpQuestion;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Who may use the API: whoever has the key, or, where there is none, whoever is on this machine. An address that shows a
 * wrong key five times in a minute isn't heard for the rest of it. Any thread.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ApiKey {
    private static final int MAX_FAILURES = 5;
    private static final long SPAN_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_REMEMBERED = 10_000;
    private static final Pattern LOCAL = Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d+)?");

    private final byte[] key;
    private final LongSupplier nanos;
    private final ConcurrentMap<String, Failures> failures = new ConcurrentHashMap<>();

    /** How often a wrong key was shown, since when. */
    private record Failures(int count, long sinceNanos) {}

    ApiKey(ManagementConfig config, LongSupplier nanos) {
        this.key = config.key().getBytes(StandardCharsets.UTF_8);
        this.nanos = nanos;
    }

    /** Why a question isn't answered, if it isn't. */
    Optional<HttpAnswer> refuse(HttpQuestion question) {
        if (key.length == 0) {
            return refuseStrangers(question);
        }
        long now = nanos.getAsLong();
        Failures known = failures.getOrDefault(question.remote(), new Failures(0, now));
        Failures recent = now - known.sinceNanos() < SPAN_NANOS ? known : new Failures(0, now);
        if (recent.count() >= MAX_FAILURES) {
            return Optional.of(HttpAnswer.error(429, "too_many_failures", "too many wrong keys; wait a minute")
                    .with("Retry-After", "60"));
        }
        if (MessageDigest.isEqual(key, shown(question).getBytes(StandardCharsets.UTF_8))) {
            return Optional.empty();
        }
        if (failures.size() > MAX_REMEMBERED) {
            failures.values().removeIf(old -> now - old.sinceNanos() >= SPAN_NANOS);
            if (failures.size() > MAX_REMEMBERED) {
                // So many at once are one attacker with many addresses, whom counting by address doesn't stop.
                failures.clear();
            }
        }
        failures.put(question.remote(), new Failures(recent.count() + 1, recent.sinceNanos()));
        return Optional.of(HttpAnswer.error(401, "unauthorized", "send the key as Authorization: Bearer or X-Api-Key")
                .with("WWW-Authenticate", "Bearer"));
    }

    /** A page of any site may ask a port of this machine under a name of its own; then Host gives it away. */
    private static Optional<HttpAnswer> refuseStrangers(HttpQuestion question) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(question.remote());
        boolean here = address != null && (address.length == 4 ? address[0] == 127 : isLoopback(address));
        return here && LOCAL.matcher(question.header("host")).matches()
                ? Optional.empty()
                : Optional.of(HttpAnswer.error(
                        403, "forbidden", "without management.key the API is for this machine alone, as localhost"));
    }

    private static boolean isLoopback(byte[] v6) {
        int sum = 0;
        for (int i = 0; i < v6.length - 1; i++) {
            sum |= v6[i];
        }
        return sum == 0 && v6[v6.length - 1] == 1;
    }

    private static String shown(HttpQuestion question) {
        Map<String, String> headers = question.headers();
        String bearer = headers.getOrDefault("authorization", "");
        return bearer.startsWith("Bearer ")
                ? bearer.substring("Bearer ".length())
                : headers.getOrDefault("x-api-key", "");
    }
}
