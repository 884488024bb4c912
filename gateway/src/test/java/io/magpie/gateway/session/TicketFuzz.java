package io.magpie.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.support.GatewayMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tickets. Whatever comes, it is a ticket or none; none is read that wasn't signed with our secret, and of what was signed
 * only what is in order.
 *
 * <p>The first byte says what the rest is: 0, a ticket's text; 1, its bytes, which are signed here.
 */
public final class TicketFuzz {
    private static final byte[] SECRET = new byte[32];
    private static final int MAC = 32;
    private static final int HEAD = 12;
    private static final long NOW = 1_764_000_000L;
    private static final Tickets TICKETS =
            new Tickets(SECRET, Duration.ofHours(1), () -> NOW * 1_000, new GatewayMetrics(new SimpleMeterRegistry()));

    private TicketFuzz() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
        String text = (bytes[0] & 1) == 0 ? new String(rest, StandardCharsets.ISO_8859_1) : signed(rest);
        Optional<Ticket> ticket = TICKETS.read(text);
        if (ticket.isPresent()) {
            check(Base64.getUrlDecoder().decode(text), ticket.get());
        }
    }

    private static void check(byte[] bytes, Ticket ticket) {
        byte[] signed = Arrays.copyOf(bytes, bytes.length - MAC);
        assertThat(Arrays.copyOfRange(bytes, signed.length, bytes.length))
                .as("the signature")
                .isEqualTo(mac(signed));
        ByteBuffer in = ByteBuffer.wrap(signed);
        assertThat(in.get()).as("version").isEqualTo((byte) 1);
        assertThat(ticket.loop()).isEqualTo(Short.toUnsignedInt(in.getShort())).isBetween(0, 65_535);
        assertThat(in.getLong()).as("when it expires").isGreaterThanOrEqualTo(NOW);
        int length = Byte.toUnsignedInt(in.get());
        assertThat(ticket.connection()).isEqualTo(utf8(signed, HEAD, length));
        assertThat(ticket.user().value()).isEqualTo(utf8(signed, HEAD + length, signed.length - HEAD - length));
    }

    private static String utf8(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }

    private static String signed(byte[] ticket) {
        byte[] mac = mac(ticket);
        byte[] all = Arrays.copyOf(ticket, ticket.length + mac.length);
        System.arraycopy(mac, 0, all, ticket.length, mac.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    }

    private static byte[] mac(byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
