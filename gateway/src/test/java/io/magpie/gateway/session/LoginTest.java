package io.magpie.gateway.session;

import static io.magpie.gateway.session.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.magpie.gateway.auth.Authenticator;
import io.magpie.gateway.auth.Identity;
import io.magpie.gateway.auth.JwtAuthenticator;
import io.magpie.gateway.auth.JwtKeys;
import io.magpie.gateway.auth.JwtVerifier;
import io.magpie.gateway.auth.RoomPatterns;
import io.magpie.gateway.auth.Verdict;
import io.magpie.gateway.auth.Verdict.Reason;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who a client is where tokens are asked for, and what it may do. */
class LoginTest {
    private final Judge judge = new Judge();
    private final SessionRig rig = new SessionRig(1, SessionRig.small(), judge);

    /** Knows tokens such as {@code alice:120:hall,a*:hall}: user, seconds from 1970, rooms to be in, rooms to send in. */
    private static final class Judge implements Authenticator {
        private final Deque<Runnable> late = new ArrayDeque<>();
        private boolean slow;

        @Override
        public void judge(String token, Consumer<Verdict> then) {
            if (slow) {
                late.add(() -> then.accept(verdict(token)));
            } else {
                then.accept(verdict(token));
            }
        }

        private static Verdict verdict(String token) {
            if (!token.contains(":")) {
                return new Verdict.Refused(Reason.valueOf(token), "because it is so");
            }
            String[] parts = token.split(":", -1);
            return new Verdict.Accepted(new Identity(
                    new Sender(new UserId(parts[0]), "The " + parts[0]),
                    null,
                    RoomPatterns.of(List.of(parts[2].split(",", -1))),
                    RoomPatterns.of(List.of(parts[3].split(",", -1))),
                    RoomPatterns.NONE,
                    parts[1].isEmpty() ? Identity.NEVER : Long.parseLong(parts[1]) * 1_000));
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void theTokenOfTheUpgradeSaysWhoAClientIs() {
        TestClient client = rig.bearing("alice::*:*");

        client.say("{'type':'connect','id':1}");

        assertThat(client.takeOne().path("user")).isEqualTo(json("{'id':'alice','name':'The alice'}"));
        assertThat(client.connection().active()).isTrue();
        assertThat(rig.logins("accepted")).isEqualTo(1);
    }

    @Test
    void theTokenOfConnectCountsMoreThanThatOfTheUpgrade() {
        TestClient client = rig.bearing("alice::*:*");

        client.say("{'type':'connect','token':'bob::*:*'}");

        assertThat(client.takeOne().path("user").path("id").asText()).isEqualTo("bob");
    }

    @ParameterizedTest
    @CsvSource({"EXPIRED, 4002, expired", "BAD, 4500, bad", "UNAVAILABLE, 4007, unavailable"})
    void aTokenThatIsntGoodEndsTheConnection(String token, int code, String outcome) {
        TestClient client = rig.json();

        client.say("{'type':'connect','token':'" + token + "','rooms':{'hall':null}}");

        assertThat(client.closeCode()).isEqualTo(code);
        assertThat(client.connection().closeReasons()).containsExactly("because it is so");
        assertThat(rig.logins(outcome)).isEqualTo(1);
        assertThat(rig.gauge("magpie.members")).isZero();
    }

    @Test
    void aTokenThatIsTooLongEndsTheConnectionAsAnyBadOne() {
        GatewayConfig config = TestConfig.with("auth.kind=jwt", "auth.jwt.secret=0123456789abcdef0123456789abcdef");
        JwtVerifier verifier =
                new JwtVerifier(config.auth(), JwtKeys.of(config.auth().jwt()), () -> 1_000);
        try (JwtAuthenticator real = new JwtAuthenticator(verifier);
                SessionRig strict = new SessionRig(1, config, real)) {
            TestClient client = strict.json();

            client.say("{'type':'connect','id':1,'token':'" + "x".repeat(9_000) + "','rooms':{'hall':null}}");

            assertThat(client.closeCode()).isEqualTo(4500);
            assertThat(client.connection().closeReasons()).containsExactly("the token is longer than 8192 characters");
            assertThat(client.takeTypes()).containsExactly("bye");
            assertThat(strict.logins("bad")).isEqualTo(1);
            assertThat(strict.gauge("magpie.members")).isZero();
        }
    }

    @Test
    void withoutATokenNobodyComesIn() {
        TestClient client = rig.json();

        client.say("{'type':'connect'}");

        assertThat(client.closeCode()).isEqualTo(4500);
        assertThat(rig.logins("missing")).isEqualTo(1);
    }

    @Test
    void whatAClientSendsBeforeItsTokenIsJudgedWaits() {
        judge.slow = true;
        TestClient client = rig.json();
        client.say("{'type':'connect','id':1,'token':'alice::*:*','rooms':{'hall':null}}");
        client.say("{'type':'send','id':2,'room':'hall','data':1}");
        assertThat(client.take()).isEmpty();

        judge.late.remove().run();
        rig.settle();

        assertThat(client.takeTypes()).containsExactly("connected", "ok", "message");
    }

    @Test
    void aVerdictAfterTheConnectionHasGoneDoesNothing() {
        judge.slow = true;
        TestClient client = rig.json();
        client.say("{'type':'connect','token':'alice::*:*','rooms':{'hall':null}}");
        client.drop();

        judge.late.remove().run();
        rig.settle();

        assertThat(rig.gauge("magpie.members")).isZero();
    }

    @Test
    void roomsThatATokenDoesntAllowAreForbidden() {
        TestClient client = rig.bearing("alice::hall,a*:hall");

        client.say("{'type':'connect','id':1,'rooms':{'hall':null,'cellar':null,'attic':null}}");

        List<JsonNode> answers = client.take();
        assertThat(answers.get(0)).isEqualTo(json("""
                {'type':'error','id':1,'code':'forbidden','message':'you may not be in "cellar"','retryable':false}"""));
        assertThat(answers.get(1).path("rooms").fieldNames()).toIterable().containsExactly("hall", "attic");
        client.say("{'type':'join','id':2,'room':'cellar'}");
        assertThat(client.takeOne().path("code").asText()).isEqualTo("forbidden");
        assertThat(rig.gauge("magpie.rooms")).isEqualTo(2);
    }

    @Test
    void whoMayOnlyListenMaySayNothing() {
        TestClient client = rig.bearing("alice::*:hall");
        client.say("{'type':'connect','rooms':{'hall':null,'attic':null}}");
        client.take();

        client.say(
                "{'type':'send','id':1,'room':'attic','data':1}", "{'type':'signal','id':2,'room':'attic','data':1}");

        assertThat(client.take())
                .extracting(answer -> answer.path("code").asText())
                .containsOnly("forbidden");
        client.say("{'type':'send','id':3,'room':'hall','data':1}");
        assertThat(client.takeTypes()).containsExactlyInAnyOrder("ok", "message");
    }

    @Test
    void aClientIsAskedForANewTokenBeforeTheOldOneEnds() {
        TestClient client = rig.bearing("alice:121:*:*");
        client.say("{'type':'connect'}");
        client.take();

        rig.advance(Duration.ofSeconds(59));
        assertThat(client.take()).isEmpty();
        rig.advance(Duration.ofSeconds(1));

        assertThat(client.takeOne()).isEqualTo(json("{'type':'expiring','after':60000}"));
        rig.advance(Duration.ofSeconds(59));
        assertThat(client.connection().open()).isTrue();
        rig.advance(Duration.ofSeconds(1));
        assertThat(client.closeCode()).isEqualTo(4002);
    }

    @Test
    void aConnectionLivesOnWithANewerToken() {
        TestClient client = rig.bearing("alice:61:*:*");
        client.say("{'type':'connect'}");
        client.take();

        client.say("{'type':'refresh','id':1,'token':'alice:301:*:*'}");
        rig.advance(Duration.ofMinutes(2));

        assertThat(client.take()).containsExactly(json("{'type':'ok','id':1}"));
        assertThat(client.connection().open()).isTrue();
        assertThat(rig.logins("renewed")).isEqualTo(1);
        rig.advance(Duration.ofMinutes(3));
        assertThat(client.closeCode()).isEqualTo(4002);
    }

    @ParameterizedTest
    @CsvSource({
        "BAD, unauthenticated",
        "EXPIRED, unauthenticated",
        "UNAVAILABLE, unavailable",
        "bob::*:*, unauthenticated"
    })
    void aNewerTokenThatIsntGoodLeavesTheOldOne(String token, String code) {
        TestClient client = rig.bearing("alice:61:*:*");
        client.say("{'type':'connect'}");
        client.take();

        client.say("{'type':'refresh','id':1,'token':'" + token + "'}");

        assertThat(client.takeOne().path("code").asText()).isEqualTo(code);
        assertThat(client.connection().open()).isTrue();
        rig.advance(Duration.ofSeconds(60));
        assertThat(client.closeCode()).isEqualTo(4002);
    }

    @Test
    void roomsThatANewerTokenDoesntAllowAreLeft() {
        TestClient client = rig.bearing("alice:61:*:*");
        client.say("{'type':'connect','rooms':{'hall':null,'attic':null}}");
        client.take();

        client.say("{'type':'refresh','id':1,'token':'alice:301:hall:hall'}");

        assertThat(client.takeTypes()).containsExactly("ok", "error");
        assertThat(rig.gauge("magpie.members")).isEqualTo(1);
        client.say("{'type':'send','id':2,'room':'attic','data':1}");
        assertThat(client.takeOne().path("code").asText()).isEqualTo("not_joined");
    }

    @Test
    void aTicketIsGoodOnlyForItsOwnUser() {
        TestClient alice = rig.bearing("alice::*:*");
        alice.say("{'type':'connect','rooms':{'hall':null}}");
        String ticket = alice.takeOne().path("resume").asText();
        TestClient bob = rig.bearing("bob::*:*");

        bob.say("{'type':'connect','resume':'" + ticket + "'}");

        JsonNode connected = bob.takeOne();
        assertThat(connected.path("user").path("id").asText()).isEqualTo("bob");
        assertThat(connected.path("rooms")).isEmpty();
        assertThat(alice.connection().open()).isTrue();
        TestClient again = rig.bearing("alice::*:*");
        again.say("{'type':'connect','resume':'" + ticket + "'}");
        assertThat(again.takeOne().path("rooms").has("hall")).isTrue();
        assertThat(alice.closeCode()).isEqualTo(4507);
    }

    @Test
    void anotherUsersTicketIsAnsweredAsOneThatNeverWas() {
        TestClient alice = rig.bearing("alice::*:*");
        alice.say("{'type':'connect','rooms':{'hall':null}}");
        String ticket = alice.takeOne().path("resume").asText();
        String none = ticket.substring(0, ticket.length() - 8) + "AAAAAAAA";

        assertThat(welcome("bob::*:*", ticket)).isEqualTo(welcome("bob::*:*", none));
        assertThat(alice.connection().open()).isTrue();
    }

    @Test
    void whetherARoomIsThereIsntToldToWhoMayNotBeThere() {
        TestClient alice = rig.bearing("alice::*:*");
        alice.say("{'type':'connect','rooms':{'hall':null}}");
        TestClient bob = rig.bearing("bob::garden:garden");
        bob.say("{'type':'connect'}");
        bob.take();

        bob.say("{'type':'join','id':1,'room':'hall'}");
        String there = bob.takeOne().toString();
        bob.say("{'type':'join','id':1,'room':'moon'}");

        assertThat(bob.takeOne()).hasToString(there.replace("hall", "moon"));
    }

    /** What a user with a ticket is answered, without what is new each time. */
    private JsonNode welcome(String token, String ticket) {
        TestClient client = rig.bearing(token);
        client.say("{'type':'connect','resume':'" + ticket + "'}");
        ObjectNode connected = (ObjectNode) client.takeOne();
        client.drop();
        return connected.without(List.of("connection", "resume"));
    }

    @Test
    void roomsOfATicketHaveToBeAllowedStill() {
        TestClient alice = rig.bearing("alice::*:*");
        alice.say("{'type':'connect','rooms':{'hall':null,'attic':null}}");
        String ticket = alice.takeOne().path("resume").asText();

        TestClient again = rig.bearing("alice::hall:hall");
        again.say("{'type':'connect','resume':'" + ticket + "'}");

        assertThat(again.takeTypes()).containsExactly("error", "connected");
    }

    @Test
    void theOldestConnectionOfAUserGoesWhenThereAreTooMany() {
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            TestClient client = rig.bearing("alice::*:*");
            client.say("{'type':'connect'}");
            clients.add(client);
        }

        assertThat(clients.get(0).closeCode()).isEqualTo(4507);
        assertThat(clients.subList(1, 6)).allMatch(client -> client.connection().open());
        TestClient bob = rig.plainBearing("hall", "bob::*:*");
        assertThat(bob.connection().open()).isTrue();
    }

    @Test
    void theNewConnectionOfAUserGoesWhereThatIsConfigured() {
        try (SessionRig strict =
                new SessionRig(1, TestConfig.with("auth.connections-per-user=1", "auth.overflow=refuse"), judge)) {
            TestClient first = strict.bearing("alice::*:*");
            first.say("{'type':'connect'}");
            TestClient second = strict.bearing("alice::*:*");
            second.say("{'type':'connect'}");
            assertThat(first.connection().open()).isTrue();
            assertThat(second.closeCode()).isEqualTo(4504);

            first.drop();
            TestClient third = strict.bearing("alice::*:*");
            third.say("{'type':'connect'}");
            assertThat(third.connection().open()).isTrue();
        }
    }

    @Test
    void aConnectionThatIsReplacedLeavesItsRoomsToWhoComesWithItsTicket() {
        try (SessionRig single = new SessionRig(1, TestConfig.with("auth.connections-per-user=1"), judge)) {
            TestClient first = single.bearing("alice::*:*");
            first.say("{'type':'connect','rooms':{'hall':null}}");
            String ticket = first.takeOne().path("resume").asText();
            TestClient second = single.bearing("alice::*:*");

            second.say("{'type':'connect','resume':'" + ticket + "'}");

            assertThat(first.closeCode()).isEqualTo(4507);
            assertThat(second.takeOne().path("rooms").has("hall")).isTrue();
        }
    }

    @Test
    void whoIsBannedStaysOut() {
        rig.bans.add(new Bans.Ban("alice", null, null, Bans.FOR_EVER, "spam"));
        rig.bans.add(new Bans.Ban("bob", null, "cellar", 2_000, ""));
        TestClient alice = rig.bearing("alice::*:*");
        alice.say("{'type':'connect'}");
        TestClient bob = rig.bearing("bob::*:*");
        bob.say("{'type':'connect','rooms':{'cellar':null,'hall':null}}");

        assertThat(alice.closeCode()).isEqualTo(4505);
        assertThat(alice.connection().closeReasons()).containsExactly("spam");
        assertThat(bob.take().get(1).path("rooms").fieldNames()).toIterable().containsExactly("hall");
        assertThat(rig.bans.all()).hasSize(2);
    }

    @Test
    void whoIsBannedFromARoomWhileItEntersIsntThereAfterwards() {
        try (SessionRig wide = new SessionRig(2, SessionRig.small(), judge)) {
            TestClient alice = wide.bearing("alice::*:*");
            alice.sayOnly("{'type':'connect','rooms':{'hall':null,'attic':null,'cellar':null}}");
            wide.bans.add(new Bans.Ban("alice", null, "hall", Bans.FOR_EVER, ""));
            alice.recheck();
            wide.settle();

            assertThat(alice.takeTypes()).containsExactly("connected", "error");
            assertThat(wide.gauge("magpie.members")).isEqualTo(2);
            TestClient bob = wide.bearing("bob::*:*");
            bob.say("{'type':'connect','rooms':{'hall':null}}");
            bob.say("{'type':'send','room':'hall','data':1}");
            assertThat(alice.take()).isEmpty();
            alice.say("{'type':'ping','id':1}");
            assertThat(alice.takeTypes()).containsExactly("pong");
        }
    }

    @Test
    void onlyOneNewerTokenIsJudgedAtATime() {
        TestClient client = rig.bearing("alice:301:*:*");
        client.say("{'type':'connect'}");
        client.take();
        judge.slow = true;

        client.say(
                "{'type':'refresh','id':1,'token':'alice:401:*:*'}",
                "{'type':'refresh','id':2,'token':'alice:401:*:*'}");

        assertThat(client.takeOne().path("code").asText()).isEqualTo("busy");
        judge.late.remove().run();
        rig.settle();
        assertThat(client.takeTypes()).containsExactly("ok");
    }

    @Test
    void aNewerTokenThatEndsEarlierCountsAtOnce() {
        TestClient client = rig.bearing("alice:3601:*:*");
        client.say("{'type':'connect'}");
        client.say("{'type':'refresh','token':'alice:11:*:*'}");
        assertThat(client.takeTypes()).containsExactly("connected", "expiring");

        rig.advance(Duration.ofSeconds(10));

        assertThat(client.closeCode()).isEqualTo(4002);
    }

    @Test
    void aBanOfAnIpv6AddressIsOneOfItsNetwork() throws UnknownHostException {
        assertThat(Bans.addressOf(InetAddress.getByName("2001:db8:0:1:aaaa::1")))
                .isEqualTo(Bans.addressOf(InetAddress.getByName("2001:db8:0:1::2")))
                .endsWith("/64");
        assertThat(Bans.addressOf(InetAddress.getByName("203.0.113.7"))).isEqualTo("203.0.113.7");
    }

    @Test
    void aPlainClientIsWhoItsTokenSays() {
        judge.slow = true;
        TestClient client = rig.plainBearing("hall", "alice::hall:hall");
        client.text("early");
        judge.late.remove().run();
        rig.settle();

        assertThat(client.takeTexts()).containsExactly("early");
        assertThat(rig.commands("send", "ok")).isEqualTo(1);
    }

    @Test
    void aPlainClientThatSaysTooMuchBeforeItsTokenIsJudgedIsClosed() {
        judge.slow = true;
        TestClient client = rig.plainBearing("hall", "alice::hall:hall");

        for (int i = 0; i < 17; i++) {
            client.text("early");
        }

        assertThat(client.closeCode()).isEqualTo(1008);
    }

    @ParameterizedTest
    @CsvSource({"BAD, 4500", "EXPIRED, 4002", "alice::attic:attic, 4506"})
    void aPlainClientWithoutTheRightTokenIsClosed(String token, int code) {
        assertThat(rig.plainBearing("hall", token).closeCode()).isEqualTo(code);
        assertThat(rig.plain("hall").closeCode()).isEqualTo(4500);
    }

    @Test
    void aPlainClientThatMayOnlyListenIsClosedWhenItSpeaks() {
        TestClient client = rig.plainBearing("hall", "alice::hall:attic");

        client.text("hello");

        assertThat(client.closeCode()).isEqualTo(4506);
        assertThat(rig.commands("send", "forbidden")).isEqualTo(1);
    }
}
