package io.magpie.gateway.session;

import static io.magpie.gateway.session.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.transport.TestConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How fast clients may send, and what happens to those who send faster. */
class RateTest {
    private static final String SEND = "{'type':'send','room':'hall','data':1}";

    private final List<SessionRig> rigs = new ArrayList<>();

    @AfterEach
    void close() {
        rigs.forEach(SessionRig::close);
    }

    @Test
    void whoSendsTooFastIsToldWhenToTryAgain() {
        SessionRig rig = rig("rate.connection=2");
        TestClient client = rig.in("hall");
        client.say(SEND, SEND, SEND, SEND);
        assertThat(client.takeTypes()).containsOnly("message").hasSize(4);

        client.say("{'type':'send','id':5,'room':'hall','data':1}");

        assertThat(client.takeOne()).isEqualTo(json("""
                {'type':'error','id':5,'code':'rate_limited','message':'you send too fast','retryable':true,'after':500}"""));
        rig.advance(Duration.ofSeconds(1));
        client.say(SEND);
        assertThat(client.takeTypes()).containsExactly("message");
        assertThat(rig.commands("send", "rate_limited")).isEqualTo(1);
    }

    @Test
    void signalsCountToo() {
        SessionRig rig = rig("rate.connection=1");
        TestClient client = rig.in("hall");

        client.say(SEND, SEND, "{'type':'signal','room':'hall','data':1}");

        assertThat(client.takeTypes()).containsExactlyInAnyOrder("message", "message", "error");
    }

    @Test
    void whoGoesOnForThreeSecondsIsClosed() {
        SessionRig rig = rig("rate.connection=1");
        TestClient client = rig.in("hall");
        for (int second = 0; second < 2; second++) {
            for (int i = 0; i < 50; i++) {
                client.say(SEND);
            }
            assertThat(client.connection().open()).isTrue();
            rig.advance(Duration.ofSeconds(1));
        }

        client.say(SEND, SEND, SEND);

        assertThat(client.closeCode()).isEqualTo(4008);
    }

    @Test
    void whoIsTooFastNowAndThenStays() {
        SessionRig rig = rig("rate.connection=1");
        TestClient client = rig.in("hall");
        for (int i = 0; i < 10; i++) {
            client.say(SEND, SEND, SEND, SEND);
            rig.advance(Duration.ofSeconds(11));
        }

        assertThat(client.connection().open()).isTrue();
    }

    @Test
    void aUserHasOneAllowanceOnAllConnections() {
        SessionRig rig = rig("rate.user=2");
        TestClient first = rig.json();
        first.say("{'type':'connect','rooms':{'hall':null}}");
        String ticket = first.takeOne().path("resume").asText();
        first.say(SEND, SEND, SEND);
        TestClient second = rig.json();
        second.say("{'type':'connect','resume':'" + ticket + "'}");
        second.take();

        second.say(SEND, SEND);

        assertThat(second.takeTypes()).containsExactlyInAnyOrder("message", "error");
    }

    @Test
    void aRoomTakesNoMoreThanItMayWhoeverSends() {
        SessionRig rig = rig("rate.room=2");
        TestClient one = rig.in("hall");
        TestClient other = rig.in("hall");
        one.say(SEND, SEND);
        other.say(SEND, SEND);
        one.take();
        other.take();

        one.say("{'type':'send','id':5,'room':'hall','data':1}", "{'type':'signal','room':'hall','data':1}");

        JsonNode refused = one.takeOne();
        assertThat(refused.path("code").asText()).isEqualTo("rate_limited");
        assertThat(refused.path("after").asLong()).isEqualTo(500);
        assertThat(other.take()).isEmpty();
        for (int i = 0; i < 30; i++) {
            one.say(SEND);
            rig.advance(Duration.ofMillis(100));
        }
        assertThat(one.connection().open()).as("a full room is nobody's fault").isTrue();
    }

    @Test
    void anAddressHasOneAllowanceForAllItsConnections() throws UnknownHostException {
        SessionRig rig = rig("rate.address=1");
        TestClient one = rig.from(InetAddress.getByName("203.0.113.7"), "hall");
        TestClient other = rig.from(InetAddress.getByName("203.0.113.7"), "hall");
        TestClient elsewhere = rig.from(InetAddress.getByName("203.0.113.8"), "hall");
        TestClient local = rig.from(InetAddress.getLoopbackAddress(), "hall");
        one.say(SEND);
        other.say(SEND);

        other.say(SEND);
        elsewhere.say(SEND);
        local.say(SEND, SEND, SEND);

        assertThat(other.takeTypes()).containsOnlyOnce("error");
        assertThat(elsewhere.takeTypes()).doesNotContain("error");
        assertThat(local.takeTypes()).doesNotContain("error");
    }

    @Test
    void whatOthersOfItsAddressSendIsNoFaultOfAClient() throws UnknownHostException {
        SessionRig rig = rig("rate.address=1");
        TestClient loud = rig.from(InetAddress.getByName("203.0.113.7"), "hall");
        TestClient quiet = rig.from(InetAddress.getByName("203.0.113.7"), "attic");
        for (int i = 0; i < 6; i++) {
            loud.say(SEND, SEND, SEND);
            quiet.say("{'type':'send','room':'attic','data':1}");
            rig.advance(Duration.ofSeconds(1));
        }

        assertThat(quiet.takeTypes()).contains("error");
        assertThat(quiet.connection().open()).isTrue();
    }

    @Test
    void aPlainClientThatIsTooFastIsClosedIfItGoesOn() {
        SessionRig rig = rig("rate.connection=1");
        TestClient client = rig.plain("hall");
        client.text("1");
        client.text("2");
        client.text("3");
        assertThat(client.takeTexts()).containsExactly("1", "2");
        for (int second = 0; second < 3 && client.connection().open(); second++) {
            rig.advance(Duration.ofSeconds(1));
            client.text("4");
            client.text("5");
        }

        assertThat(client.closeCode()).isEqualTo(4008);
    }

    @Test
    void aClientWithManySendsUnderWayIsntReadUntilTheyAreAnswered() {
        GatewayConfig config = TestConfig.with("rate.in-flight=4");
        SessionRig rig = open(new SessionRig(2, config));
        TestClient client = rig.in("hall", "attic", "cellar", "garden");
        String[] rooms = {"hall", "attic", "cellar", "garden"};
        for (int i = 0; i < 16; i++) {
            client.sayOnly("{'type':'send','id':" + i + ",'room':'" + rooms[i % 4] + "','data':1}");
        }
        assertThat(client.connection().reading()).isFalse();

        rig.settle();

        assertThat(client.connection().reading()).isTrue();
        assertThat(client.takeTypes().stream().filter("ok"::equals))
                .as("nothing is lost")
                .hasSize(16);
    }

    private SessionRig rig(String... settings) {
        return open(new SessionRig(1, TestConfig.with(settings)));
    }

    private SessionRig open(SessionRig rig) {
        rigs.add(rig);
        return rig;
    }
}
