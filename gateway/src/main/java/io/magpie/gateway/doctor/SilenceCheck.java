package io.magpie.gateway.doctor;

import io.magpie.gateway.auth.JwtMint;
import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.config.GatewayConfig;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether a silent connection lives until the server's ping: a proxy or firewall that is less patient than
 * {@code heartbeat.interval} cuts everybody who only reads.
 *
 * @param ca certificates in PEM that are trusted beside the JVM's
 * @param progress is told how long it will take
 */
record SilenceCheck(ClientUpgrade request, @Nullable Path ca, GatewayConfig config, Consumer<String> progress) {
    static final String WHAT = "silence";

    /** The server's clock ticks once a second, and heartbeats are spread. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration CONNECTING = Duration.ofSeconds(10);
    private static final int SAY_EVERY_MILLIS = 5_000;
    private static final int SWITCHING = 101;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    /** How the silence ended. */
    sealed interface End {
        /** How long it was. */
        Duration after();
    }

    /** By a ping. */
    record Pinged(Duration after) implements End {}

    /**
     * By the end of the connection.
     *
     * @param how in words
     */
    record Closed(Duration after, String how) implements End {}

    /** Not at all. */
    record Silent(Duration after) implements End {}

    Duration patience() {
        return longest().plus(CONNECTING);
    }

    private Duration longest() {
        return config.heartbeat().interval().plus(GRACE);
    }

    Finding skipped() {
        return Finding.skipped(
                WHAT,
                "whether the proxy is more patient than heartbeat.interval takes up to "
                        + longest().toSeconds() + " s to see: --wait");
    }

    Finding look() throws IOException, GeneralSecurityException {
        AuthConfig auth = config.auth();
        if (auth.kind() == AuthConfig.Kind.WEBHOOK) {
            return Finding.skipped(WHAT, "it needs a token that your backend takes, and none can be made here");
        }
        boolean tokens = auth.kind().signed();
        Optional<String> algorithm = auth.jwt().algorithms().stream()
                .filter(name -> name.startsWith("HS"))
                .findFirst();
        if (tokens && algorithm.isEmpty()) {
            return Finding.skipped(WHAT, "it needs a token, and without auth.jwt.secret none can be made here");
        }
        RawHttp connection;
        try {
            connection = tokens ? RawHttp.verified(request.url(), Trust.load(ca)) : RawHttp.open(request.url());
        } catch (IOException e) {
            return Finding.skipped(WHAT, "no connection on which a token might be sent: " + e.getMessage());
        }
        try (RawHttp http = connection) {
            if (http.ask(request.text()).status() != SWITCHING) {
                return Finding.skipped(WHAT, "the upgrade failed");
            }
            String token = tokens ? ",\"token\":\"" + token(auth.jwt(), algorithm.orElseThrow()) + "\"" : "";
            http.write(ClientFrame.of(TEXT, "{\"type\":\"connect\",\"id\":1" + token + "}"));
            return judge(listen(http), config.heartbeat().interval());
        }
    }

    private String token(AuthConfig.Jwt jwt, String algorithm) {
        Duration life = patience().compareTo(jwt.maxAge()) < 0 ? patience() : jwt.maxAge();
        return JwtMint.of(jwt, algorithm, null, null)
                .mint(new JwtMint.Claims("magpie-doctor", null, null), Instant.now(), life);
    }

    /** Says nothing until something ends the silence; what the server says begins it anew. */
    private End listen(RawHttp http) throws IOException {
        long begun = System.nanoTime();
        http.patience(SAY_EVERY_MILLIS);
        while (since(begun).compareTo(longest()) < 0) {
            long left = longest().minus(since(begun)).toMillis();
            http.patience((int) Math.max(1, Math.min(left, SAY_EVERY_MILLIS)));
            try {
                ServerFrame frame = ServerFrame.read(http);
                if (frame.opcode() == PING) {
                    End end = new Pinged(since(begun));
                    http.write(ClientFrame.of(PONG, frame.payload()));
                    http.write(ClientFrame.of(CLOSE, ClientFrame.code(1000)));
                    return end;
                } else if (frame.opcode() == CLOSE) {
                    return new Closed(since(begun), "with code " + frame.closeCode());
                }
                begun = System.nanoTime();
            } catch (SocketTimeoutException e) {
                progress.accept("silent for " + since(begun).toSeconds() + " s of at most "
                        + longest().toSeconds() + " s, waiting for the server's ping");
            } catch (EOFException | SocketException e) {
                return new Closed(since(begun), "without a word");
            }
        }
        return new Silent(since(begun));
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    static Finding judge(End end, Duration interval) {
        String after = end.after().toSeconds() + " s of silence";
        if (end instanceof Pinged) {
            return Finding.ok(WHAT, "the server's ping came through after " + after);
        } else if (end instanceof Closed closed) {
            return Finding.fail(
                    WHAT,
                    "closed after " + after + ", " + closed.how() + ", before the server's ping",
                    closed.how().contains("code 4")
                            ? "The gateway itself closed it; docs/protocol.md says what the code means."
                            : "Give the proxy, load balancer or firewall more patience than heartbeat.interval ("
                                    + interval.toSeconds()
                                    + " s): nginx proxy_read_timeout 75s; or lower heartbeat.interval.");
        }
        return Finding.fail(
                WHAT,
                "no ping within " + after,
                "Something between keeps the pings, or the gateway there has a longer heartbeat.interval than this"
                        + " configuration.");
    }
}
