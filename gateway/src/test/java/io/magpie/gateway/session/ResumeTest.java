package io.magpie.gateway.session;

import static io.magpie.gateway.session.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.magpie.gateway.config.GatewayConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that comes back with the ticket of its earlier connection. */
class ResumeTest {
    private final List<SessionRig> rigs = new ArrayList<>();
    private final SessionRig rig = open(1, SessionRig.small());

    @AfterEach
    void close() {
        rigs.forEach(SessionRig::close);
    }

    /** A client, and what it was told when it connected. */
    private record Arrived(TestClient client, JsonNode connected, List<JsonNode> after) {
        String ticket() {
            return connected.path("resume").asText();
        }

        String user() {
            return connected.at("/user/id").asText();
        }
    }

    @Test
    void takesOverAConnectionThatStillHangs() {
        Arrived old = connect(rig.json(), "'rooms':{'hall':null,'yard':null}");
        old.client().say("{'type':'send','room':'hall','data':1}", "{'type':'send','room':'yard','data':1}");
        old.client().take();

        Arrived back = connect(rig.json(), "'resume':'" + old.ticket() + "'");

        assertThat(back.after()).isEmpty();
        assertThat(old.client().closeCode()).isEqualTo(4507);
        assertThat(old.client().takeOne().path("reconnect").asBoolean()).isFalse();
        assertThat(back.user()).isEqualTo(old.user());
        assertThat(back.ticket()).isNotEqualTo(old.ticket());
        assertThat(back.connected().path("rooms"))
                .isEqualTo(json("{'hall':{'epoch':'e1','seq':1,'recovered':true,'members':1},"
                        + "'yard':{'epoch':'e2','seq':1,'recovered':true,'members':1}}"));
        assertThat(rig.gauge("magpie.members")).isEqualTo(2);
        assertThat(resumes("taken_over")).isEqualTo(1);
    }

    @Test
    void goesOnWhereALostConnectionStopped() {
        TestClient other = rig.in("hall");
        Arrived old = connect(rig.json(), "'rooms':{'hall':null}");
        speak(other, 2);
        assertThat(seqs(old.client().take())).containsExactly(1, 2);
        old.client().drop();
        speak(other, 3);

        Arrived back = connect(rig.json(), "'resume':'" + old.ticket() + "'");

        assertThat(seqs(back.after())).containsExactly(3, 4, 5);
        assertThat(back.connected().at("/rooms/hall/recovered").asBoolean()).isTrue();
        speak(other, 1);
        assertThat(seqs(back.client().take())).containsExactly(6);
        assertThat(resumes("returned")).isEqualTo(1);
    }

    @Test
    void takesTheClientsWordForTheRoomsItNames() {
        TestClient other = rig.in("hall");
        Arrived old = connect(rig.json(), "'rooms':{'hall':null,'yard':null}");
        speak(other, 4);
        old.client().drop();

        Arrived back = connect(rig.json(), "'resume':'" + old.ticket() + "','rooms':{'hall':{'epoch':'e1','seq':1}}");

        assertThat(seqs(back.after())).containsExactly(2, 3, 4);
        assertThat(back.connected().path("rooms").size()).isEqualTo(2);
    }

    @Test
    void entersNoMoreRoomsThanItMay() {
        Arrived old = connect(rig.json(), "'rooms':{'a':null,'b':null}");

        Arrived back = connect(rig.json(), "'resume':'" + old.ticket() + "','rooms':{'c':null,'d':null}");

        assertThat(back.connected().path("rooms").size()).isEqualTo(3);
        assertThat(rig.gauge("magpie.members")).isEqualTo(3);
    }

    @Test
    void remembersWhatAHiddenClientMissed() {
        TestClient other = rig.in("hall");
        Arrived old = connect(rig.json(), "'rooms':{'hall':null}");
        speak(other, 1);
        old.client().say("{'type':'hide'}");
        speak(other, 2);
        old.client().drop();

        Arrived back = connect(rig.json(), "'resume':'" + old.ticket() + "'");

        assertThat(seqs(back.after())).containsExactly(2, 3);
    }

    @Test
    void knowsAKeyAgain() {
        Arrived old = connect(rig.json(), "'rooms':{'hall':null}");
        old.client().say("{'type':'send','id':1,'room':'hall','key':'k','data':'x'}");
        old.client().drop();

        Arrived back = connect(rig.json(), "'resume':'" + old.ticket() + "'");
        back.client().say("{'type':'send','id':2,'room':'hall','key':'k','data':'x'}");

        assertThat(back.client().takeOne())
                .isEqualTo(json("{'type':'ok','id':2,'room':'hall','epoch':'e1','seq':1,'at':1000,'duplicate':true}"));
    }

    @Test
    void takesATicketAgainWhoseAnswerWasLost() {
        Arrived first = connect(rig.json(), "'rooms':{'hall':null}");
        Arrived second = connect(rig.json(), "'resume':'" + first.ticket() + "'");

        Arrived third = connect(rig.json(), "'resume':'" + first.ticket() + "'");

        assertThat(second.client().closeCode()).isEqualTo(4507);
        assertThat(third.user()).isEqualTo(first.user());
        assertThat(third.connected().path("rooms").has("hall")).isTrue();
        assertThat(rig.gauge("magpie.members")).isEqualTo(1);
    }

    @Test
    void knowsOnlyWhoItWasWhenTooMuchTimeHasPassed() {
        Arrived old = connect(rig.json(), "'rooms':{'hall':null}");
        old.client().drop();

        rig.advance(Duration.ofMinutes(10).plusSeconds(1));
        Arrived back = connect(rig.json(), "'resume':'" + old.ticket() + "','rooms':{'yard':null}");

        assertThat(back.user()).isEqualTo(old.user());
        assertThat(back.connected().path("rooms").size()).isEqualTo(1);
        assertThat(resumes("identity")).isEqualTo(1);
    }

    @Test
    void knowsWhoItWasAfterARestart() {
        Arrived old = connect(rig.json(), "'rooms':{'hall':null}");
        SessionRig restarted = open(1, SessionRig.small());
        restarted.json();
        restarted.json();

        Arrived back = connect(restarted.json(), "'resume':'" + old.ticket() + "'");

        assertThat(back.user()).isEqualTo(old.user());
        assertThat(back.connected().path("rooms").size()).isZero();
    }

    @Test
    void knowsWhoItWasOnAServerWithFewerLoops() {
        SessionRig four = open(4, SessionRig.small());
        Arrived old = connect(four.json(3), "'rooms':{'hall':null}");

        Arrived back = connect(rig.json(), "'resume':'" + old.ticket() + "'");

        assertThat(back.user()).isEqualTo(old.user());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "t-1", "AQ", "====", "大厅", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void makesANewGuestOfOneWithABadTicket(String ticket) {
        Arrived other = connect(rig.json(), "'rooms':{}");

        Arrived client = connect(rig.json(), "'resume':'" + ticket + "','rooms':{'hall':null}");

        assertThat(client.user()).isNotEqualTo(other.user());
        assertThat(client.connected().path("rooms").has("hall")).isTrue();
        assertThat(resumes("refused")).isEqualTo(1);
    }

    @Test
    void refusesATicketThatIsTooLong() {
        TestClient client = rig.json();

        client.say("{'type':'connect','id':1,'resume':'" + "A".repeat(257) + "'}");

        assertThat(client.takeOne().path("code").asText()).isEqualTo("bad_request");
        assertThat(client.connection().open()).isTrue();
    }

    @Test
    void takesOverFromAnotherLoopWithoutLosingAnything() {
        SessionRig two = open(2, SessionRig.small());
        TestClient other = two.in("hall");
        Arrived old = connect(two.json(0), "'rooms':{'hall':null}");
        speak(other, 2);
        old.client().take();
        TestClient next = two.json(1);

        next.sayOnly("{'type':'connect','resume':'" + old.ticket() + "'}", "{'type':'ping','id':7}");
        other.sayOnly("{'type':'send','room':'hall','data':3}");
        two.settle();

        List<Integer> seen = new ArrayList<>(seqs(old.client().take()));
        List<JsonNode> got = next.take();
        assertThat(got.get(0).path("type").asText()).isEqualTo("connected");
        assertThat(got.get(got.size() - 1).path("type").asText()).isIn("pong", "message");
        seen.addAll(seqs(got));
        assertThat(seen).containsExactly(3);
        assertThat(two.gauge("magpie.members")).isEqualTo(2);
    }

    @Test
    void keepsTheRoomsOfAClientThatGoesWhileItReturns() {
        SessionRig two = open(2, SessionRig.small());
        TestClient other = two.in("hall");
        Arrived old = connect(two.json(0), "'rooms':{'hall':null}");
        TestClient gone = two.json(1);

        gone.sayOnly("{'type':'connect','resume':'" + old.ticket() + "'}");
        gone.drop();
        speak(other, 2);
        Arrived back = connect(two.json(1), "'resume':'" + old.ticket() + "'");

        assertThat(seqs(back.after())).containsExactly(1, 2);
        assertThat(two.gauge("magpie.members")).isEqualTo(2);
    }

    private Arrived connect(TestClient client, String fields) {
        client.say("{'type':'connect','id':1," + fields + "}");
        List<JsonNode> got = client.take();
        assertThat(got.get(0).path("type").asText()).isEqualTo("connected");
        return new Arrived(client, got.get(0), got.subList(1, got.size()));
    }

    private double resumes(String outcome) {
        return rig.metrics
                .registry()
                .get("magpie.resumes")
                .tags("outcome", outcome)
                .counter()
                .count();
    }

    private static void speak(TestClient client, int count) {
        for (int i = 0; i < count; i++) {
            client.say("{'type':'send','room':'hall','data':" + i + "}");
        }
    }

    private static List<Integer> seqs(List<JsonNode> envelopes) {
        return envelopes.stream()
                .filter(e -> e.path("type").asText().equals("message"))
                .map(e -> e.path("seq").asInt())
                .toList();
    }

    private SessionRig open(int loops, GatewayConfig config) {
        SessionRig opened = new SessionRig(loops, config);
        rigs.add(opened);
        return opened;
    }
}
