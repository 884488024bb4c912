package io.magpie.gateway.session;

import static io.magpie.gateway.session.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.magpie.gateway.config.GatewayConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an envelope connection begins. */
class ConnectTest {
    private final List<SessionRig> rigs = new ArrayList<>();
    private final SessionRig rig = open(1, SessionRig.small());

    @AfterEach
    void close() {
        rigs.forEach(SessionRig::close);
    }

    @Test
    void welcomesAClient() {
        TestClient client = rig.json();
        assertThat(client.connection().active()).isFalse();

        client.say("{'type':'connect','id':1}");

        ObjectNode connected = (ObjectNode) client.takeOne();
        assertThat(connected.remove("resume").asText()).hasSizeGreaterThan(40);
        assertThat(connected).isEqualTo(json("""
                {'type':'connected','id':1,'connection':'c1','user':{'id':'guest-1'},'heartbeat':25,
                 'limits':{'message':64,'rooms':3,'history':5},'rooms':{}}"""));
        assertThat(client.connection().active()).isTrue();
        assertThat(rig.commands("connect", "ok")).isEqualTo(1);
    }

    @Test
    void welcomesAClientThatGivesNoId() {
        TestClient client = rig.json();

        client.say("{'type':'connect','client':{'name':'demo','version':'1.2'}}");

        JsonNode connected = client.takeOne();
        assertThat(connected.path("type").asText()).isEqualTo("connected");
        assertThat(connected.has("id")).isFalse();
    }

    @Test
    void entersTheRoomsOfTheConnect() {
        TestClient other = rig.in("hall");
        TestClient client = rig.json();

        client.say("{'type':'connect','id':'x','rooms':{'hall':null,'garden':null}}");

        assertThat(client.takeOne().path("rooms")).isEqualTo(json("""
                                {'hall':{'epoch':'e1','seq':0,'recovered':true,'members':2},
                                 'garden':{'epoch':'e2','seq':0,'recovered':true,'members':1}}"""));
        assertThat(rig.gauge("magpie.members")).isEqualTo(3);
        other.say("{'type':'send','room':'hall','data':'hi'}");
        assertThat(client.takeTypes()).containsExactly("message");
    }

    @Test
    void refusesASecondConnect() {
        TestClient client = rig.in("hall");

        client.say("{'type':'connect','id':2}");

        assertThat(client.closeCode()).isEqualTo(4501);
        assertThat(rig.gauge("magpie.members")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'join','id':1,'room':'hall'}",
                "{'type':'leave','id':1,'room':'hall'}",
                "{'type':'send','id':1,'room':'hall','data':1}",
                "{'type':'send','id':1,'to':'lin','data':1}",
                "{'type':'signal','id':1,'room':'hall','data':1}",
                "{'type':'signal','id':1,'to':'lin','data':1}",
                "{'type':'history','id':1,'room':'hall'}",
                "{'type':'members','id':1,'room':'hall'}",
                "{'type':'recall','id':1,'room':'hall','seq':1}",
                "{'type':'read','id':1,'room':'hall','seq':1}",
                "{'type':'hide','id':1}",
                "{'type':'show','id':1}"
            })
    void refusesEverythingElseBeforeConnect(String envelope) {
        TestClient client = rig.json();

        client.say(envelope);

        assertThat(client.closeCode()).isEqualTo(4501);
        assertThat(client.takeTypes()).containsExactly("bye");
    }

    @Test
    void answersAPingBeforeConnect() {
        TestClient client = rig.json();

        client.say("{'type':'ping','id':9}");

        assertThat(client.take()).containsExactly(json("{'type':'pong','id':9}"));
        assertThat(client.connection().open()).isTrue();
    }

    @Test
    void closesWhoDoesNotConnectInTime() {
        TestClient client = rig.json();

        rig.advance(Duration.ofSeconds(9));
        client.say("{'type':'ping'}");
        assertThat(client.connection().open()).isTrue();
        rig.advance(Duration.ofSeconds(1));

        assertThat(client.closeCode()).isEqualTo(4009);
    }

    @Test
    void leavesWhoConnectedInTimeAlone() {
        TestClient client = rig.json();

        client.say("{'type':'connect'}");
        rig.advance(Duration.ofMinutes(5));

        assertThat(client.connection().open()).isTrue();
    }

    @Test
    void refusesAConnectWithTooManyRooms() {
        TestClient client = rig.json();

        client.say("{'type':'connect','id':1,'rooms':{'a':null,'b':null,'c':null,'d':null}}");
        JsonNode refusal = client.takeOne();
        client.say("{'type':'connect','id':2,'rooms':{'a':null,'b':null,'c':null}}");

        assertThat(refusal.path("code").asText()).isEqualTo("limit");
        assertThat(refusal.path("id").asInt()).isEqualTo(1);
        assertThat(client.takeOne().path("rooms").size()).isEqualTo(3);
    }

    @Test
    void refusesAReservedRoom() {
        TestClient client = rig.json();

        client.say("{'type':'connect','id':1,'rooms':{'@inbox':null}}");

        assertThat(client.takeOne().path("code").asText()).isEqualTo("bad_room");
    }

    @Test
    void resumesRooms() {
        TestClient other = rig.in("hall");
        other.say("{'type':'send','room':'hall','data':'one'}", "{'type':'send','room':'hall','data':'two'}");
        TestClient client = rig.json();

        client.say("{'type':'connect','id':1,'rooms':{'hall':{'epoch':'e1','seq':1}}}");

        List<JsonNode> got = client.take();
        assertThat(got).hasSize(2);
        assertThat(got.get(0).at("/rooms/hall")).isEqualTo(json("{'epoch':'e1','seq':2,'recovered':true,'members':2}"));
        assertThat(got.get(1))
                .isEqualTo(json(
                        "{'type':'message','room':'hall','seq':2,'at':1000,'from':{'id':'guest-1'},'data':'two'}"));
    }

    @Test
    void saysThatARoomCannotBeResumed() {
        TestClient other = rig.in("hall");
        other.say("{'type':'send','room':'hall','data':1}");
        TestClient client = rig.json();

        client.say("{'type':'connect','id':1,'rooms':{'hall':{'epoch':'old','seq':7}}}");

        assertThat(client.takeOne().at("/rooms/hall"))
                .isEqualTo(json("{'epoch':'e1','seq':1,'recovered':false,'reason':'epoch','members':2}"));
        other.say("{'type':'send','room':'hall','data':2}");
        assertThat(client.takeOne().path("seq").asInt()).isEqualTo(2);
    }

    @Test
    void takesASendThatDoesNotWaitForTheAnswer() {
        SessionRig two = open(2, SessionRig.small());
        TestClient client = two.json();

        client.sayOnly("{'type':'connect','id':1,'rooms':{'hall':null,'garden':null,'yard':null}}");
        client.sayOnly(
                "{'type':'send','id':2,'room':'hall','data':'a'}",
                "{'type':'send','id':3,'room':'garden','data':'b'}",
                "{'type':'send','id':4,'room':'yard','data':'c'}");
        two.settle();

        List<JsonNode> got = client.take();
        assertThat(types(got)).containsOnlyOnce("connected").contains("message", "ok");
        assertThat(types(got).subList(0, types(got).indexOf("connected"))).doesNotContain("message");
        assertThat(got.stream().filter(e -> e.path("type").asText().equals("ok")))
                .hasSize(3);
        assertThat(got.stream().filter(e -> e.path("type").asText().equals("message")))
                .extracting(e -> e.path("data").asText())
                .containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void deliversNothingBeforeTheWelcome() {
        SessionRig two = open(2, SessionRig.small());
        TestClient other = two.in("hall", "garden", "yard");
        TestClient client = two.json();

        client.sayOnly("{'type':'connect','id':1,'rooms':{'hall':null,'garden':null,'yard':null}}");
        other.sayOnly(
                "{'type':'send','room':'hall','data':1}",
                "{'type':'send','room':'garden','data':1}",
                "{'type':'send','room':'yard','data':1}");
        two.settle();

        List<JsonNode> got = client.take();
        assertThat(types(got)).startsWith("connected").hasSize(4);
        for (JsonNode message : got.subList(1, 4)) {
            JsonNode head = got.get(0).path("rooms").path(message.path("room").asText());
            assertThat(message.path("seq").asInt()).isEqualTo(head.path("seq").asInt() + 1);
        }
    }

    @Test
    void holdsWhatIsSentBeforeTheWelcome() {
        SessionRig two = open(2, SessionRig.small());
        String near = two.loops.get(0).room(2).value();
        String far = two.loops.get(1).room(2).value();
        TestClient other = two.in(near, far);
        TestClient client = two.json();

        // The near room answers at once, the far one when its loop comes to run.
        client.sayOnly(
                "{'type':'connect','id':1,'rooms':{'" + near + "':null,'" + far + "':null}}",
                "{'type':'join','id':2,'room':'" + near + "'}",
                "{'type':'join','id':3,'room':'new'}",
                "{'type':'send','id':4,'room':'new','data':'x'}");
        other.sayOnly("{'type':'send','room':'" + near + "','data':1}");
        two.loops.get(0).settle();
        assertThat(client.take()).isEmpty();
        two.settle();

        List<JsonNode> got = client.take();
        assertThat(types(got)).startsWith("connected");
        assertThat(got.stream().filter(e -> e.path("type").asText().equals("joined")))
                .extracting(e -> e.path("id").asInt())
                .containsExactlyInAnyOrder(2, 3);
        assertThat(got.stream().filter(e -> e.path("type").asText().equals("message")))
                .extracting(e -> e.path("room").asText() + "/" + e.path("seq").asText())
                .containsExactlyInAnyOrder(near + "/1", "new/1");
    }

    @Test
    void refusesMoreThanItHolds() {
        SessionRig two = open(2, SessionRig.small());
        String far = two.loops.get(1).room(2).value();
        TestClient client = two.json();

        client.sayOnly("{'type':'connect','id':0,'rooms':{'" + far + "':null}}");
        for (int i = 1; i <= 65; i++) {
            client.sayOnly("{'type':'join','id':" + i + ",'room':'" + far + "'}");
        }
        JsonNode refusal = client.takeOne();
        two.settle();

        assertThat(refusal.path("code").asText()).isEqualTo("busy");
        assertThat(refusal.path("id").asInt()).isEqualTo(65);
        assertThat(client.takeTypes()).hasSize(65).startsWith("connected");
    }

    @Test
    void staysOutOfARoomThatWasLeftBeforeTheWelcome() {
        SessionRig two = open(2, SessionRig.small());
        TestClient other = two.in("hall", "garden");
        TestClient client = two.json();

        client.sayOnly(
                "{'type':'connect','id':1,'rooms':{'hall':null,'garden':null}}",
                "{'type':'leave','id':2,'room':'hall'}",
                "{'type':'leave','id':3,'room':'garden'}");
        two.settle();
        client.take();
        other.say("{'type':'send','room':'hall','data':1}", "{'type':'send','room':'garden','data':1}");

        assertThat(client.take()).isEmpty();
        assertThat(two.gauge("magpie.members")).isEqualTo(2);
    }

    @Test
    void forgetsAClientThatGoesWhileItConnects() {
        SessionRig two = open(2, SessionRig.small());
        TestClient client = two.json();

        client.sayOnly("{'type':'connect','id':1,'rooms':{'hall':null,'garden':null,'yard':null}}");
        client.drop();

        assertThat(client.take()).isEmpty();
        assertThat(two.gauge("magpie.members")).isZero();
    }

    private static List<String> types(List<JsonNode> envelopes) {
        return envelopes.stream().map(e -> e.path("type").asText()).toList();
    }

    private SessionRig open(int loops, GatewayConfig config) {
        SessionRig opened = new SessionRig(loops, config);
        rigs.add(opened);
        return opened;
    }
}
