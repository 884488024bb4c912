package io.magpie.gateway.session;

import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.gateway.support.GatewayMetrics.ResumeOutcome;
import io.magpie.protocol.ProtocolException;
import io.magpie.protocol.UserId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Issues the tickets by which a client that comes back is known, and reads them. A ticket holds all it says, signed with
 * HMAC-SHA256, so the server keeps nothing for it and knows it after a restart, as long as it has the same secret. It is
 * a secret of its holder and is never logged. Immutable; any thread.
 *
 * <p>The bytes: version, loop, seconds since 1970 when it expires, length of the connection's id, that id, the user's id;
 * then the MAC of all these. On the wire in base64url without padding.
 */
public final class Tickets {
    /** Longer texts aren't even decoded. */
    static final int MAX_TEXT = 256;

    private static final byte VERSION = 1;
    private static final int HEAD = 1 + 2 + 8 + 1;
    private static final int MAC = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec secret;
    private final Duration valid;
    private final LongSupplier millis;
    private final GatewayMetrics metrics;

    /**
     * @param secret signs tickets; whoever has it can be anybody
     * @param valid how long a ticket says who its holder is
     * @param millis since 1970
     */
    public Tickets(byte[] secret, Duration valid, LongSupplier millis, GatewayMetrics metrics) {
        this.secret = new SecretKeySpec(secret, ALGORITHM);
        this.valid = valid;
        this.millis = millis;
        this.metrics = metrics;
    }

    /** A ticket for a user on a connection of a loop. */
    String issue(UserId user, int loop, String connection) {
        byte[] id = connection.getBytes(StandardCharsets.UTF_8);
        byte[] name = user.value().getBytes(StandardCharsets.UTF_8);
        ByteBuffer ticket = ByteBuffer.allocate(HEAD + id.length + name.length + MAC);
        ticket.put(VERSION).putShort((short) loop).putLong(now() + valid.toSeconds());
        ticket.put((byte) id.length).put(id).put(name);
        ticket.put(mac(ticket.array(), ticket.position()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(ticket.array());
    }

    /** What a ticket says, if there is one, this server signed it, and it hasn't expired. It may be any text. */
    Optional<Ticket> read(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        Optional<Ticket> ticket = verified(text).flatMap(this::decode);
        if (ticket.isEmpty()) {
            metrics.resumed(ResumeOutcome.REFUSED);
        }
        return ticket;
    }

    private Optional<byte[]> verified(String text) {
        if (text.length() > MAX_TEXT) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int signed = bytes.length - MAC;
        boolean own = signed >= HEAD
                && MessageDigest.isEqual(mac(bytes, signed), Arrays.copyOfRange(bytes, signed, bytes.length));
        return own ? Optional.of(Arrays.copyOf(bytes, signed)) : Optional.empty();
    }

    /** Of bytes that this server, or one of another version with the same secret, has signed. */
    private Optional<Ticket> decode(byte[] signed) {
        ByteBuffer in = ByteBuffer.wrap(signed);
        if (in.get() != VERSION) {
            return Optional.empty();
        }
        int loop = Short.toUnsignedInt(in.getShort());
        long expires = in.getLong();
        int length = Byte.toUnsignedInt(in.get());
        if (expires < now() || length > in.remaining()) {
            return Optional.empty();
        }
        String connection = new String(signed, HEAD, length, StandardCharsets.UTF_8);
        String user = new String(signed, HEAD + length, signed.length - HEAD - length, StandardCharsets.UTF_8);
        try {
            return Optional.of(new Ticket(new UserId(user), loop, connection));
        } catch (ProtocolException e) {
            return Optional.empty();
        }
    }

    private long now() {
        return millis.getAsLong() / 1_000;
    }

    private byte[] mac(byte[] bytes, int length) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            mac.update(bytes, 0, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
