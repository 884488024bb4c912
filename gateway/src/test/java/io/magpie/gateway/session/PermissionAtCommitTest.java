package io.magpie.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.magpie.gateway.auth.Authenticator;
import io.magpie.gateway.auth.Identity;
import io.magpie.gateway.auth.RoomPatterns;
import io.magpie.gateway.auth.Verdict;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether something may be said is judged once more when its room hands it to the log: it may have waited till then. */
class PermissionAtCommitTest {
    private static final String SEND = "{'type':'send','id':1,'room':'hall','data':1}";
    private static final String[] SLOW = {"outbound.batch-interval=1s", "rate.address=0"};

    private final SessionRig rig = new SessionRig(1, TestConfig.with(SLOW), new Tokens());

    /**
     * Knows tokens such as {@code alice:hall:*} and {@code alice:hall:*:1500}: the user, where it may be, where it may
     * send, and when that ends, if it does.
     */
    private static final class Tokens implements Authenticator {
        @Override
        public void judge(String token, Consumer<Verdict> then) {
            String[] parts = token.split(":", -1);
            then.accept(new Verdict.Accepted(new Identity(
                    new Sender(new UserId(parts[0]), null),
                    null,
                    RoomPatterns.of(List.of(parts[1])),
                    RoomPatterns.of(List.of(parts[2])),
                    RoomPatterns.NONE,
                    parts.length > 3 ? Long.parseLong(parts[3]) : Identity.NEVER)));
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hall"})
    void whoIsBannedMeanwhileSaysNothingAndOthersDo(String room) {
        TestClient alice = in("alice:*:*");
        TestClient bob = in("bob:*:*");
        alice.say(SEND);
        bob.say(SEND);
        rig.bans.add(new Bans.Ban("alice", null, room.isEmpty() ? null : room, Bans.FOR_EVER, ""));
        commit();

        assertThat(errors(alice.take())).containsExactly("1 forbidden");
        assertThat(said(bob.take())).containsExactly("1 bob");
        assertThat(rig.commands("send", "forbidden")).isEqualTo(1);
    }

    @Test
    void whoseAddressIsBannedMeanwhileSaysNothing() throws UnknownHostException {
        try (SessionRig guests = new SessionRig(1, TestConfig.with(SLOW))) {
            TestClient guest = guests.from(InetAddress.getByName("203.0.113.7"), "hall");
            TestClient other = guests.from(InetAddress.getByName("203.0.113.8"), "hall");
            guest.say(SEND);
            other.say(SEND);
            guests.bans.add(new Bans.Ban(null, "203.0.113.7", null, Bans.FOR_EVER, ""));
            guests.advance(Duration.ofSeconds(1));

            assertThat(errors(guest.take())).containsExactly("1 forbidden");
            assertThat(said(other.take())).containsExactly("1 guest-2");
        }
    }

    @Test
    void whoIsKickedMeanwhileSaysNothing() {
        TestClient alice = in("alice:*:*");
        TestClient bob = in("bob:*:*");
        alice.say(SEND);
        close(alice, CloseCode.KICKED);
        commit();

        assertThat(said(bob.take())).isEmpty();
        assertThat(rig.commands("send", "forbidden")).isEqualTo(1);
        TestClient again = in("alice:*:*");
        again.say(SEND);
        commit();
        assertThat(said(bob.take())).as("a kick is no ban").containsExactly("1 alice");
    }

    @ParameterizedTest
    @EnumSource(
            value = CloseCode.class,
            names = {"REPLACED", "RESTART", "HEARTBEAT_LOST"})
    void whatWasSaidIsStoredThoughItsConnectionWasClosedForAnotherReason(CloseCode code) {
        TestClient alice = in("alice:*:*");
        TestClient bob = in("bob:*:*");
        alice.say(SEND);
        close(alice, code);
        commit();

        assertThat(said(bob.take())).containsExactly("1 alice");
    }

    @Test
    void whatWasSaidIsStoredThoughItsConnectionWasLost() {
        TestClient alice = in("alice:*:*");
        TestClient bob = in("bob:*:*");
        alice.say(SEND);
        alice.drop();
        commit();

        assertThat(said(bob.take())).containsExactly("1 alice");
    }

    @Test
    void whatWasSaidIsStoredThoughItsTokenEndedMeanwhile() {
        TestClient alice = in("alice:*:*:1500");
        TestClient bob = in("bob:*:*");
        alice.say(SEND);
        rig.advance(Duration.ofMillis(500));
        assertThat(alice.closeCode()).isEqualTo(4002);
        assertThat(said(bob.take())).as("not yet").isEmpty();
        rig.advance(Duration.ofMillis(500));

        assertThat(said(bob.take())).containsExactly("1 alice");
    }

    @Test
    void whatHadToWaitForTheBackendUntilItsTokenHadEndedIsntStored() {
        FakeBackend backend = new FakeBackend();
        try (SessionRig asked =
                new SessionRig(1, TestConfig.with("rate.address=0"), new Tokens(), backend.aboutSends())) {
            TestClient alice = in(asked, "alice:*:*:1500");
            TestClient bob = in(asked, "bob:*:*");
            alice.say(SEND, SEND);
            asked.advance(Duration.ofMillis(499));
            backend.sends.get(0).then().accept(FakeBackend.ALLOWED);
            asked.settle();
            assertThat(said(bob.take())).as("in time").containsExactly("1 alice");
            asked.advance(Duration.ofMillis(1));
            assertThat(alice.closeCode()).isEqualTo(4002);
            backend.sends.get(1).then().accept(FakeBackend.ALLOWED);
            asked.settle();

            assertThat(said(bob.take())).isEmpty();
            assertThat(asked.commands("send", "forbidden")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"alice:*:attic, 1", "alice:attic:*, 1", "alice:*:hall, 0", "alice:*:*, 0"})
    void aNewerTokenCountsForWhatWasSaidBefore(String token, int refused) {
        TestClient alice = in("alice:*:*");
        TestClient bob = in("bob:*:*");
        alice.say(SEND);
        alice.say("{'type':'refresh','id':2,'token':'" + token + "'}");
        commit();

        List<String> errors = errors(alice.take());
        assertThat(errors.contains("1 forbidden")).isEqualTo(refused == 1);
        assertThat(said(bob.take())).hasSize(1 - refused);
    }

    @Test
    void plainClientsAreJudgedToo() {
        TestClient plain = rig.plainBearing("hall", "alice:*:*");
        TestClient bob = in("bob:*:*");
        plain.text("first");
        commit();
        plain.text("second");
        rig.bans.add(new Bans.Ban("alice", null, "hall", Bans.FOR_EVER, ""));
        commit();

        assertThat(said(bob.take())).containsExactly("1 alice");
        assertThat(plain.takeTexts()).containsExactly("first");
        assertThat(rig.commands("send", "forbidden")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whatWaitsForTheEndOfATurnOrForAnotherLoopIsJudgedToo(int loop) {
        try (SessionRig two = new SessionRig(2, SessionRig.small(), new Tokens())) {
            String room = two.loops.get(loop).room(2).value();
            TestClient alice = two.bearing("alice:*:*");
            TestClient bob = two.bearing("bob:*:*");
            for (TestClient client : List.of(alice, bob)) {
                client.say("{'type':'connect','rooms':{'" + room + "':null}}");
                client.take();
            }
            alice.sayOnly("{'type':'send','id':1,'room':'" + room + "','data':1}");
            two.bans.add(new Bans.Ban("alice", null, null, Bans.FOR_EVER, ""));
            two.settle();

            assertThat(errors(alice.take())).containsExactly("1 forbidden");
            assertThat(said(bob.take())).isEmpty();
        }
    }

    @Test
    void aKeyOfWhatWasNotStoredCanBeUsedAgain() {
        TestClient alice = in("alice:*:*");
        String send = "{'type':'send','id':1,'room':'hall','key':'k','data':1}";
        alice.say(send);
        alice.say("{'type':'refresh','id':2,'token':'alice:*:attic'}");
        commit();
        alice.take();

        alice.say("{'type':'refresh','id':3,'token':'alice:*:*'}");
        alice.say(send);
        commit();

        JsonNode ok = alice.take().stream()
                .filter(event -> event.path("id").asInt() == 1)
                .findFirst()
                .orElseThrow();
        assertThat(ok.path("type").asText()).isEqualTo("ok");
        assertThat(ok.path("seq").asInt()).isEqualTo(1);
        assertThat(ok.has("duplicate")).isFalse();
    }

    /** A client that is in the hall. */
    private TestClient in(String token) {
        return in(rig, token);
    }

    private static TestClient in(SessionRig rig, String token) {
        TestClient client = rig.bearing(token);
        client.say("{'type':'connect','rooms':{'hall':null}}");
        client.take();
        return client;
    }

    private void close(TestClient client, CloseCode code) {
        rig.loops.get(0).inside(() -> client.connection().close(code, "as the test wants it"));
    }

    /** The time comes at which the room hands over what was said. */
    private void commit() {
        rig.advance(Duration.ofSeconds(1));
    }

    private static List<String> said(List<JsonNode> events) {
        return events.stream()
                .filter(event -> event.path("type").asText().equals("message"))
                .map(event -> event.path("seq").asText() + " "
                        + event.path("from").path("id").asText())
                .toList();
    }

    private static List<String> errors(List<JsonNode> events) {
        return events.stream()
                .filter(event -> event.path("type").asText().equals("error"))
                .map(event ->
                        event.path("id").asText() + " " + event.path("code").asText())
                .toList();
    }
}
