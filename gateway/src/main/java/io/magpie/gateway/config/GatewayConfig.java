package io.magpie.gateway.config;

import io.magpie.protocol.ProtocolException;
import io.magpie.protocol.RoomId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Everything that can be configured, as one immutable tree. Each record checks itself; {@link #DEFAULTS} is the only
 * place where default values stand. Keys are the component names in kebab case: {@code outbound.high-water-mark}.
 *
 * @param drain over which clients are let go, one after the other, when the server ends
 */
public record GatewayConfig(
        Listen listen,
        ManagementConfig management,
        Transport transport,
        Http http,
        WebSocket websocket,
        Heartbeat heartbeat,
        Plain plain,
        Limits limits,
        Log log,
        History history,
        Dedup dedup,
        Outbound outbound,
        Resume resume,
        AuthConfig auth,
        EdgeConfig edge,
        TlsConfig tls,
        RateConfig rate,
        OverloadConfig overload,
        WebhookConfig webhook,
        Duration drain) {

    /** What an envelope needs around the largest {@code data}, generously. */
    private static final ByteSize ENVELOPE = ByteSize.ofKiB(1);

    public GatewayConfig {
        long largest = limits.largestEnvelope().bytes();
        new Constraints()
                .check(
                        websocket.maxMessage().bytes() >= largest,
                        "websocket.max-message",
                        "must be at least " + new ByteSize(largest)
                                + ", so that a message of limits.message fits with its envelope, also in base64")
                .check(
                        websocket.compression().allows(rate.connection() * largest),
                        "websocket.compression.inflated-per-second",
                        "must be at least " + new ByteSize(rate.connection() * largest)
                                + ", so that all messages fit that rate.connection lets through, or 0")
                .check(
                        auth.kind() != AuthConfig.Kind.WEBHOOK || !webhook.url().isEmpty(),
                        "auth.kind",
                        "webhook needs webhook.url")
                .check(
                        auth.kind() == AuthConfig.Kind.WEBHOOK || !webhook.asks(WebhookConfig.CONNECT),
                        "webhook.questions",
                        "connect is asked with auth.kind webhook only")
                .check(
                        webhook.url().isEmpty()
                                || auth.kind() == AuthConfig.Kind.WEBHOOK
                                || !webhook.questions().isEmpty(),
                        "webhook.questions",
                        "must name a question, or nobody is asked at webhook.url")
                .check(
                        webhook.questions().containsAll(webhook.failOpen()),
                        "webhook.fail-open",
                        "must be among webhook.questions")
                .range("drain", drain, Duration.ZERO, Duration.ofHours(1))
                .verify();
    }

    /** The configuration of a server that was given none. */
    public static final GatewayConfig DEFAULTS = new GatewayConfig(
            new Listen("0.0.0.0", 8080, 4_096, true),
            ManagementConfig.DEFAULTS,
            new Transport(IoKind.AUTO, 0),
            new Http(Duration.ofSeconds(5), List.of("*")),
            new WebSocket(ByteSize.ofKiB(64), 64, Duration.ofSeconds(5), CompressionConfig.DEFAULTS),
            new Heartbeat(Duration.ofSeconds(25), Duration.ofSeconds(65)),
            new Plain("lobby", List.of("ping", "heartbeat")),
            new Limits(100_000, 10_000, 100_000, 128, ByteSize.ofKiB(16), Duration.ofSeconds(10), 100),
            new Log(
                    LogKind.DISK,
                    "data",
                    Durability.FSYNC,
                    ByteSize.ofKiB(64 * 1_024),
                    10_000,
                    ByteSize.ofKiB(16 * 1_024),
                    Duration.ofDays(30)),
            new History(1_000, ByteSize.ofKiB(1_024), Duration.ofMinutes(10)),
            new Dedup(Duration.ofMinutes(10), 100_000),
            new Outbound(
                    ByteSize.ofKiB(64),
                    ByteSize.ofKiB(32),
                    ByteSize.ofKiB(4_096),
                    Duration.ofSeconds(45),
                    ByteSize.ofKiB(128),
                    Duration.ZERO),
            new Resume(Duration.ofMinutes(10), 100_000, Duration.ofDays(7), ""),
            AuthConfig.DEFAULTS,
            EdgeConfig.DEFAULTS,
            TlsConfig.DEFAULTS,
            RateConfig.DEFAULTS,
            OverloadConfig.DEFAULTS,
            WebhookConfig.DEFAULTS,
            Duration.ofSeconds(10));

    /**
     * The public port.
     *
     * @param host address or name to bind; {@code 0.0.0.0} is every address
     * @param port 0 takes a free one
     * @param backlog connections that the kernel holds until they are accepted; it may cap this
     * @param tcpNodelay whether small frames leave at once instead of waiting for the last one's acknowledgement
     */
    public record Listen(String host, int port, int backlog, boolean tcpNodelay) {
        public Listen {
            new Constraints()
                    .check(!host.isBlank(), "host", "must not be empty")
                    .range("port", port, 0, 65_535)
                    .range("backlog", backlog, 1, 65_535)
                    .verify();
        }
    }

    /** Which system calls move bytes. */
    public enum IoKind {
        /** epoll on Linux, else NIO. */
        AUTO,
        IO_URING,
        EPOLL,
        NIO
    }

    /** Event loops; {@code loops} 0 means one for each processor. */
    public record Transport(IoKind kind, int loops) {
        public Transport {
            new Constraints().range("loops", loops, 0, 1_024).verify();
        }
    }

    /**
     * Plain HTTP, and the upgrade until it is done.
     *
     * @param requestTimeout for a whole request to arrive, counted from the connection or the last answer, not from
     *     each byte; so a slow sender of headers can't stay
     * @param corsOrigins whose pages may read answers; {@code *} for all
     */
    public record Http(Duration requestTimeout, List<String> corsOrigins) {
        public Http {
            corsOrigins = List.copyOf(corsOrigins);
            new Constraints()
                    .range("request-timeout", requestTimeout, Duration.ofSeconds(1), Duration.ofMinutes(1))
                    .verify();
        }
    }

    /**
     * Frames.
     *
     * @param maxMessage the largest message, after reassembly and inflating; beyond it 1009
     * @param maxFragments the most fragments of one message, empty ones counted; beyond it 1008
     * @param closeTimeout how long a client may take to answer a close frame before TCP is closed
     */
    public record WebSocket(
            ByteSize maxMessage, int maxFragments, Duration closeTimeout, CompressionConfig compression) {
        public WebSocket {
            new Constraints()
                    .range("max-message", maxMessage, new ByteSize(128), ByteSize.ofKiB(64 * 1_024))
                    .range("max-fragments", maxFragments, 1, 1_000_000)
                    .range("close-timeout", closeTimeout, Duration.ofSeconds(1), Duration.ofMinutes(1))
                    .verify();
        }
    }

    /**
     * Silence. Carriers and proxies forget connections that are silent for a minute or more.
     *
     * @param interval of silence after which the server pings
     * @param idleTimeout of silence after which the server closes with 4004; any frame ends the silence
     */
    public record Heartbeat(Duration interval, Duration idleTimeout) {
        public Heartbeat {
            new Constraints()
                    .range("interval", interval, Duration.ofSeconds(1), Duration.ofMinutes(10))
                    .range("idle-timeout", idleTimeout, Duration.ofSeconds(2), Duration.ofMinutes(30))
                    .check(
                            idleTimeout.compareTo(interval) > 0,
                            "idle-timeout",
                            "must be longer than interval, or every silent connection is lost")
                    .verify();
        }
    }

    /**
     * Connections without a sub-protocol.
     *
     * @param defaultRoom the room of those who don't say {@code ?room=}
     * @param heartbeats texts, of at most 64 bytes, that are answered with {@code pong} and go no further
     */
    public record Plain(String defaultRoom, List<String> heartbeats) {
        /** Bytes of the longest heartbeat, so that no longer text has to be compared. */
        public static final int MAX_HEARTBEAT = 64;

        public Plain {
            heartbeats = List.copyOf(heartbeats);
            new Constraints()
                    .check(isRoom(defaultRoom), "default-room", "must be a room name")
                    .check(
                            heartbeats.size() <= 16 && heartbeats.stream().allMatch(Plain::isHeartbeat),
                            "heartbeats",
                            "must be at most 16 texts of 1 to " + MAX_HEARTBEAT + " bytes")
                    .verify();
        }

        private static boolean isRoom(String name) {
            try {
                return !new RoomId(name).reserved();
            } catch (ProtocolException e) {
                return false;
            }
        }

        private static boolean isHeartbeat(String text) {
            int bytes = text.getBytes(StandardCharsets.UTF_8).length;
            return bytes > 0 && bytes <= MAX_HEARTBEAT;
        }
    }

    /**
     * Bounds of what clients may use.
     *
     * @param connections at a time, upgraded; more are refused with 503
     * @param newcomers connections that haven't sent a whole request yet, at a time; one more is closed at once
     * @param rooms in memory at a time; who would open one more is answered {@code busy}
     * @param roomsPerConnection joined at a time; one more is answered with {@code limit}
     * @param message the largest {@code data} or {@code binary} of an envelope, beyond it {@code too_large}; and the largest
     *     message of a plain client, beyond it 1009
     * @param connectTimeout within which {@code connect} must come; after it 4009
     * @param historyPage the most messages of a history page, and members of a members list
     */
    public record Limits(
            int connections,
            int newcomers,
            int rooms,
            int roomsPerConnection,
            ByteSize message,
            Duration connectTimeout,
            int historyPage) {
        public Limits {
            new Constraints()
                    .range("connections", connections, 1, 10_000_000)
                    .range("newcomers", newcomers, 1, 10_000_000)
                    .range("rooms", rooms, 1, 100_000_000)
                    .range("rooms-per-connection", roomsPerConnection, 1, 10_000)
                    .range("message", message, new ByteSize(64), ByteSize.ofKiB(16 * 1_024))
                    .range("connect-timeout", connectTimeout, Duration.ofSeconds(1), Duration.ofMinutes(5))
                    .range("history-page", historyPage, 1, 1_000)
                    .verify();
        }

        /** What the largest message takes with its envelope, also in base64, which makes four bytes of three. */
        public ByteSize largestEnvelope() {
            return new ByteSize(message.bytes() * 4 / 3 + ENVELOPE.bytes());
        }
    }

    /** Where rooms' messages are kept. */
    public enum LogKind {
        /** In a directory: they outlive the process. */
        DISK,
        /** Nowhere else: a room's log lasts as long as the room is in memory. */
        MEMORY
    }

    /** What an {@code ok} promises where the log is on disk. */
    public enum Durability {
        /** The message has reached the disk. */
        FSYNC,
        /** The operating system has the message: it outlives the process, not a loss of power within the next second. */
        PROCESS
    }

    /**
     * The log of all rooms.
     *
     * @param directory of the log on disk, made if it is missing; no second process may use it
     * @param minFree of its file system; with less, sends are answered {@code storage_full} until there is room again
     * @param messages kept of each room, at least; the oldest go first, some at a time
     * @param bytes kept of each room, of {@link io.magpie.protocol.Message#weight}
     * @param age beyond which messages go
     */
    public record Log(
            LogKind kind,
            String directory,
            Durability durability,
            ByteSize minFree,
            int messages,
            ByteSize bytes,
            Duration age) {
        public Log {
            new Constraints()
                    .check(!directory.isBlank(), "directory", "must not be empty")
                    .range("min-free", minFree, new ByteSize(0), ByteSize.ofKiB(1L << 40))
                    .range("messages", messages, 1, 1_000_000_000)
                    .range("bytes", bytes, ByteSize.ofKiB(1), ByteSize.ofKiB(1_024L * 1_024 * 1_024))
                    .range("age", age, Duration.ofMinutes(1), Duration.ofDays(36_500))
                    .verify();
        }
    }

    /**
     * The recent tail of a room, in memory.
     *
     * @param messages kept at most
     * @param bytes kept at most, of {@link io.magpie.protocol.Message#weight}
     * @param idleTimeout after which a room without members leaves memory; a log on memory is gone then, and begins
     *     anew with another epoch
     */
    public record History(int messages, ByteSize bytes, Duration idleTimeout) {
        public History {
            new Constraints()
                    .range("messages", messages, 1, 1_000_000)
                    .range("bytes", bytes, ByteSize.ofKiB(1), ByteSize.ofKiB(1_024 * 1_024))
                    .range("idle-timeout", idleTimeout, Duration.ofSeconds(1), Duration.ofDays(7))
                    .verify();
        }
    }

    /**
     * The memory for the {@code key} of a {@code send}, by which a retry is known.
     *
     * @param window how long a key is remembered
     * @param keys how many are remembered for each shard; the oldest go first
     */
    public record Dedup(Duration window, int keys) {
        public Dedup {
            new Constraints()
                    .range("window", window, Duration.ofSeconds(1), Duration.ofDays(1))
                    .range("keys", keys, 1, 100_000_000)
                    .verify();
        }
    }

    /**
     * What may wait for one slow reader.
     *
     * @param highWaterMark beyond which live delivery to it stops, and signals to it are dropped
     * @param lowWaterMark below which it is fed what it missed, from the rooms' logs
     * @param maxBytes of answers to its own commands, beyond which it is closed with 4003
     * @param stallTimeout after which a reader above the high-water mark that takes nothing is closed with 4003
     * @param kernelUnsent what the kernel may hold for it and not have sent yet; 0 is as much as the system likes
     * @param batchInterval for which a room's messages are gathered; 0 sends at the end of the turn
     */
    public record Outbound(
            ByteSize highWaterMark,
            ByteSize lowWaterMark,
            ByteSize maxBytes,
            Duration stallTimeout,
            ByteSize kernelUnsent,
            Duration batchInterval) {
        public Outbound {
            new Constraints()
                    .range("high-water-mark", highWaterMark, ByteSize.ofKiB(1), ByteSize.ofKiB(16 * 1_024))
                    .range("low-water-mark", lowWaterMark, new ByteSize(0), highWaterMark)
                    .range("max-bytes", maxBytes, highWaterMark, ByteSize.ofKiB(256 * 1_024))
                    .range("stall-timeout", stallTimeout, Duration.ofSeconds(1), Duration.ofMinutes(30))
                    .range("kernel-unsent", kernelUnsent, new ByteSize(0), ByteSize.ofKiB(1_024 * 1_024))
                    .range("batch-interval", batchInterval, Duration.ZERO, Duration.ofSeconds(10))
                    .verify();
        }
    }

    /**
     * Coming back with the ticket of an earlier connection.
     *
     * @param keep how long the rooms of a connection that has gone, and where it was in them, are kept for who comes back
     * @param tickets of how many such connections at most; the oldest go first
     * @param valid how long after it was given a ticket still says who its holder is
     * @param secret signs tickets, at least 16 characters; if empty one is made at start. Who has it can be any guest
     */
    public record Resume(Duration keep, int tickets, Duration valid, String secret) {
        private static final int MIN_SECRET = 16;

        public Resume {
            new Constraints()
                    .range("keep", keep, Duration.ofSeconds(1), Duration.ofDays(1))
                    .range("tickets", tickets, 1, 10_000_000)
                    .range("valid", valid, Duration.ofMinutes(1), Duration.ofDays(400))
                    .check(
                            secret.isEmpty() || secret.length() >= MIN_SECRET,
                            "secret",
                            "must have at least " + MIN_SECRET + " characters, or none")
                    .verify();
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "Resume[keep=" + keep + ", tickets=" + tickets + ", valid=" + valid + "]";
        }
    }
}
