package io.magpie.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.protocol.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class TicketsTest {
    private static final UserId USER = new UserId("guest-01hvz9");
    private static final Duration VALID = Duration.ofHours(1);

    private long millis = 1_700_000_000_000L;
    private final Tickets tickets = tickets(1);

    @Test
    void readsWhatItIssued() {
        assertThat(tickets.read(tickets.issue(USER, 3, "c0nn"))).contains(new Ticket(USER, 3, "c0nn"));
        assertThat(tickets(1).read(tickets.issue(USER, 65_535, ""))).contains(new Ticket(USER, 65_535, ""));
    }

    @Test
    void issuesTicketsThatFitIntoTheirField() {
        String longest = tickets.issue(new UserId("大".repeat(42) + "ab"), 1, "0123456789ab");

        assertThat(longest).hasSizeLessThanOrEqualTo(Tickets.MAX_TEXT).matches("[A-Za-z0-9_-]+");
        assertThat(tickets.read(longest)).isPresent();
    }

    @Test
    void knowsNoTicketOfAnotherSecret() {
        assertThat(tickets(2).read(tickets.issue(USER, 0, "c"))).isEmpty();
    }

    @Test
    void knowsNoTicketThatHasExpired() {
        String ticket = tickets.issue(USER, 0, "c");

        millis += VALID.toMillis();
        assertThat(tickets.read(ticket)).isPresent();
        millis += 1_000;
        assertThat(tickets.read(ticket)).isEmpty();
    }

    @Test
    void knowsNoTicketInWhichAnyBitIsChanged() {
        byte[] ticket = Base64.getUrlDecoder().decode(tickets.issue(USER, 0, "c0nn"));

        for (int bit = 0; bit < ticket.length * 8; bit++) {
            byte[] forged = ticket.clone();
            forged[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(tickets.read(text(forged))).as("bit %s", bit).isEmpty();
        }
    }

    @Test
    void knowsNoTicketOfAnotherVersionAndNoneThatIsCutShort() throws GeneralSecurityException {
        byte[] ticket = Base64.getUrlDecoder().decode(tickets.issue(USER, 0, "c0nn"));
        byte[] said = Arrays.copyOf(ticket, ticket.length - 32);
        assertThat(tickets.read(signed(said))).isPresent();

        for (byte version : new byte[] {0, 2, 127, -1}) {
            byte[] other = said.clone();
            other[0] = version;
            assertThat(tickets.read(signed(other))).as("version %s", version).isEmpty();
        }
        for (int length = 0; length < 12 + "c0nn".length(); length++) {
            assertThat(tickets.read(signed(Arrays.copyOf(said, length))))
                    .as("%s bytes", length)
                    .isEmpty();
        }
    }

    @Test
    void survivesWhateverIsCalledATicket() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            assertThat(tickets.read(text(noise))).isEmpty();
        }
        assertThat(tickets.read("A".repeat(1_000_000))).isEmpty();
        assertThat(tickets.read("\u0000 大 %")).isEmpty();
    }

    @Test
    void doesNotCountAClientWithoutATicket() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Tickets counted = new Tickets(new byte[32], VALID, () -> millis, new GatewayMetrics(registry));

        assertThat(counted.read(null)).isEqualTo(Optional.empty());
        assertThat(registry.get("magpie.resumes").counters()).allMatch(counter -> counter.count() == 0);
    }

    private Tickets tickets(int secret) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) secret;
        return new Tickets(bytes, VALID, () -> millis, new GatewayMetrics(new SimpleMeterRegistry()));
    }

    /** Whatever it is, signed with the secret of {@link #tickets}. */
    private static String signed(byte[] said) throws GeneralSecurityException {
        byte[] secret = new byte[32];
        secret[0] = 1;
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        byte[] ticket = Arrays.copyOf(said, said.length + 32);
        System.arraycopy(mac.doFinal(said), 0, ticket, said.length, 32);
        return text(ticket);
    }

    private static String text(byte[] ticket) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(ticket);
    }
}
