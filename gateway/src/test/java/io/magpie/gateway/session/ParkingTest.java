package io.magpie.gateway.session;

import static io.magpie.gateway.session.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.magpie.gateway.config.GatewayConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that hides, and shows itself again. */
class ParkingTest {
    private final List<SessionRig> rigs = new ArrayList<>();
    private final SessionRig rig = open(1, SessionRig.small());

    @AfterEach
    void close() {
        rigs.forEach(SessionRig::close);
    }

    @Test
    void pushesNothingWhileHiddenAndEverythingOnShow() {
        TestClient other = rig.in("hall");
        TestClient client = rig.in("hall");
        speak(other, "hall", 1);
        client.take();

        client.say("{'type':'hide','id':1}");
        speak(other, "hall", 2);
        assertThat(client.take()).containsExactly(json("{'type':'ok','id':1}"));

        client.say("{'type':'show','id':2}");
        List<JsonNode> got = client.take();
        assertThat(got.get(0)).isEqualTo(json("""
                {'type':'shown','id':2,'rooms':{'hall':{'epoch':'e1','seq':3,'recovered':true,'members':2}}}"""));
        assertThat(seqs(got)).containsExactly(2, 3);

        speak(other, "hall", 1);
        assertThat(seqs(client.take())).containsExactly(4);
    }

    @Test
    void comesBackInOneFrame() {
        TestClient other = rig.in("a", "b");
        TestClient client = rig.in("a", "b");
        client.say("{'type':'hide'}");
        speak(other, "a", 3);
        speak(other, "b", 2);

        client.say("{'type':'show'}");

        assertThat(client.connection().takeWrites())
                .hasSize(1)
                .first()
                .satisfies(frames -> assertThat(frames).hasSize(1));
    }

    @Test
    void answersShowEvenWithoutRoomsAndWithoutAnId() {
        TestClient client = rig.in();

        client.say("{'type':'hide'}", "{'type':'show'}");

        assertThat(client.take()).containsExactly(json("{'type':'shown','rooms':{}}"));
    }

    @Test
    void staysAMemberWhileHidden() {
        TestClient other = rig.in("hall");
        TestClient client = rig.in("hall");

        client.say("{'type':'hide'}");
        other.say("{'type':'members','id':1,'room':'hall'}");

        assertThat(other.takeOne().path("count").asInt()).isEqualTo(2);
        assertThat(rig.gauge("magpie.members")).isEqualTo(2);
        assertThat(rig.gauge("magpie.connections.hidden")).isEqualTo(1);
        client.say("{'type':'show'}");
        assertThat(rig.gauge("magpie.connections.hidden")).isZero();
    }

    @Test
    void servesCommandsWhileHidden() {
        TestClient client = rig.in("hall");

        client.say(
                "{'type':'hide'}",
                "{'type':'send','id':1,'room':'hall','data':'x'}",
                "{'type':'history','id':2,'room':'hall'}",
                "{'type':'ping','id':3}");

        assertThat(types(client.take())).containsExactlyInAnyOrder("ok", "history", "pong");
        client.say("{'type':'show'}");
        assertThat(types(client.take())).containsExactly("shown", "message");
    }

    @Test
    void takesTheClientsWordForWhereItIs() {
        TestClient client = rig.in("hall");
        speak(client, "hall", 5);
        client.take();

        client.say("{'type':'hide'}", "{'type':'show','rooms':{'hall':{'epoch':'e1','seq':2}}}");

        assertThat(seqs(client.take())).containsExactly(3, 4, 5);
    }

    @Test
    void goesOnWhereItStoppedForARoomNamedWithoutAPosition() {
        TestClient client = rig.in("hall");
        speak(client, "hall", 5);
        client.take();

        client.say("{'type':'hide'}", "{'type':'show','rooms':{'hall':null}}");

        assertThat(types(client.take())).containsExactly("shown");
    }

    @Test
    void tellsWhatCannotBeContinued() {
        TestClient other = rig.in("hall", "yard");
        TestClient client = rig.in("hall", "yard");
        client.say("{'type':'hide'}");
        speak(other, "hall", 12);

        client.say("{'type':'show','rooms':{'yard':{'epoch':'other','seq':7}}}");

        List<JsonNode> got = client.take();
        assertThat(got).hasSize(2);
        assertThat(got.get(0).path("rooms"))
                .isEqualTo(json("{'hall':{'epoch':'e1','seq':12,'recovered':false,'reason':'trimmed','members':2},"
                        + "'yard':{'epoch':'e2','seq':0,'recovered':false,'reason':'epoch','members':2}}"));
        assertThat(got.get(1)).isEqualTo(json("{'type':'gap','room':'hall','from':1,'to':12,'reason':'trimmed'}"));
        speak(other, "hall", 1);
        assertThat(seqs(client.take())).containsExactly(13);
    }

    @Test
    void tellsOfARoomThatTheClientIsNotIn() {
        TestClient client = rig.in("hall");

        client.say("{'type':'hide'}", "{'type':'show','id':3,'rooms':{'yard':null}}");

        List<JsonNode> got = client.take();
        assertThat(got.get(0).path("code").asText()).isEqualTo("not_joined");
        assertThat(got.get(0).path("id").asInt()).isEqualTo(3);
        assertThat(got.get(1).path("rooms").size()).isEqualTo(1);
    }

    @Test
    void doesNoHarmToShowWhatIsNotHidden() {
        TestClient other = rig.in("hall");
        TestClient client = rig.in("hall");
        speak(other, "hall", 2);
        client.take();

        client.say("{'type':'show','id':1}", "{'type':'hide','id':2}", "{'type':'hide','id':3}");
        speak(other, "hall", 2);
        client.say("{'type':'show','id':4}", "{'type':'show','id':5}");

        List<JsonNode> got = client.take();
        assertThat(types(got)).containsExactly("shown", "ok", "ok", "shown", "message", "message", "shown");
        assertThat(seqs(got)).containsExactly(3, 4);
    }

    @Test
    void answersAJoinWhileHiddenAndGoesOnFromThere() {
        TestClient other = rig.in("hall");
        TestClient client = rig.in();
        speak(other, "hall", 3);

        client.say("{'type':'hide'}", "{'type':'join','id':1,'room':'hall','history':2}");
        assertThat(seqs(client.take())).containsExactly(2, 3);
        speak(other, "hall", 2);
        assertThat(client.take()).isEmpty();
        client.say("{'type':'join','id':2,'room':'hall'}");
        assertThat(types(client.take())).containsExactly("joined");

        client.say("{'type':'show'}");
        assertThat(seqs(client.take())).containsExactly(4, 5);
    }

    @Test
    void leavesARoomWhileHidden() {
        TestClient other = rig.in("hall");
        TestClient client = rig.in("hall", "yard");

        client.say("{'type':'hide'}", "{'type':'leave','id':1,'room':'hall'}");
        speak(other, "hall", 1);
        client.say("{'type':'show','id':2}");

        List<JsonNode> got = client.take();
        assertThat(types(got)).containsExactly("ok", "shown");
        assertThat(got.get(1).path("rooms").has("hall")).isFalse();
        assertThat(rig.gauge("magpie.members")).isEqualTo(2);
    }

    @Test
    void dropsSignalsWhileHidden() {
        TestClient other = rig.in("hall");
        TestClient client = rig.in("hall");

        client.say("{'type':'hide'}");
        other.say("{'type':'signal','room':'hall','data':1}");
        client.say("{'type':'show'}");

        assertThat(types(client.take())).containsExactly("shown");
    }

    @Test
    void forgetsAHiddenClientThatGoes() {
        TestClient client = rig.in("hall");

        client.say("{'type':'hide'}");
        client.drop();

        assertThat(rig.gauge("magpie.members")).isZero();
        assertThat(rig.gauge("magpie.connections.hidden")).isZero();
    }

    @Test
    void hidesWhileAJoinIsUnderWay() {
        SessionRig two = open(2, SessionRig.small());
        String far = two.loops.get(1).room(2).value();
        TestClient other = two.in(far);
        TestClient client = two.in();

        client.sayOnly("{'type':'join','id':1,'room':'" + far + "'}", "{'type':'hide','id':2}");
        other.sayOnly("{'type':'send','room':'" + far + "','data':1}");
        two.settle();
        assertThat(types(client.take())).containsExactly("ok", "joined");

        client.say("{'type':'show'}");
        assertThat(seqs(client.take())).containsExactly(1);
        speak(other, far, 1);
        assertThat(seqs(client.take())).containsExactly(2);
    }

    @Test
    void showsWhileAJoinIsUnderWay() {
        SessionRig two = open(2, SessionRig.small());
        String far = two.loops.get(1).room(2).value();
        TestClient other = two.in(far);
        TestClient client = two.in();

        client.sayOnly("{'type':'join','id':1,'room':'" + far + "'}");
        client.sayOnly("{'type':'hide','id':2}", "{'type':'show','id':3}");
        other.sayOnly("{'type':'send','room':'" + far + "','data':1}");
        two.settle();
        speak(other, far, 1);

        List<JsonNode> got = client.take();
        assertThat(types(got)).containsExactly("ok", "joined", "shown", "message", "message");
        assertThat(seqs(got)).containsExactly(1, 2);
    }

    @Test
    void repeatsNothingThatAJoinUnderWayHasBrought() {
        SessionRig two = open(2, SessionRig.small());
        String far = two.loops.get(1).room(2).value();
        TestClient other = two.in(far);
        TestClient client = two.in(far);
        client.say("{'type':'hide'}");
        speak(other, far, 3);

        client.sayOnly("{'type':'join','room':'" + far + "','since':{'epoch':'e1','seq':1}}", "{'type':'show'}");
        two.settle();

        List<JsonNode> got = client.take();
        assertThat(types(got)).containsExactly("joined", "message", "message", "shown");
        assertThat(seqs(got)).containsExactly(2, 3);
    }

    @Test
    void losesNothingThatIsSaidWhileItComesBack() {
        SessionRig two = open(2, SessionRig.small());
        String near = two.loops.get(0).room(2).value();
        String far = two.loops.get(1).room(2).value();
        TestClient other = two.in(near, far);
        TestClient client = two.in(near, far);
        client.say("{'type':'hide'}");
        speak(other, near, 2);

        // The near room answers at once; what it says until the far one answers goes to others only.
        client.sayOnly("{'type':'show'}");
        other.sayOnly("{'type':'send','room':'" + near + "','data':3}");
        two.loops.get(0).settle();
        assertThat(client.take()).isEmpty();
        two.settle();

        assertThat(seqs(client.take())).containsExactly(1, 2, 3);
        assertThat(two.gauge("magpie.members.behind")).isZero();
    }

    @Test
    void feedsWhatIsMoreThanAPage() {
        SessionRig large = open(1, GatewayConfig.DEFAULTS);
        TestClient other = large.in("hall", "yard");
        TestClient client = large.in("hall", "yard");
        client.say("{'type':'hide'}");
        String text = "x".repeat(10_000);
        for (int i = 0; i < 20; i++) {
            other.say("{'type':'send','room':'hall','data':'" + text + "'}");
            other.say("{'type':'send','room':'yard','data':'" + text + "'}");
        }

        client.say("{'type':'show'}");

        List<JsonNode> got = new ArrayList<>();
        int longest = 0;
        for (var frame : client.connection().takeFrames()) {
            longest = Math.max(longest, frame.payload().length);
            JsonNode tree = json(frame.text());
            (tree.isArray() ? tree : List.of(tree)).forEach(got::add);
        }
        assertThat(longest).isLessThan(70_000);
        assertThat(got.get(0).path("type").asText()).isEqualTo("shown");
        for (String room : List.of("hall", "yard")) {
            assertThat(seqs(got.stream()
                            .filter(e -> e.path("room").asText().equals(room))
                            .toList()))
                    .isEqualTo(IntStream.rangeClosed(1, 20).boxed().toList());
        }
    }

    private static void speak(TestClient client, String room, int count) {
        for (int i = 0; i < count; i++) {
            client.say("{'type':'send','room':'" + room + "','data':" + i + "}");
        }
    }

    private static List<String> types(List<JsonNode> envelopes) {
        return envelopes.stream().map(e -> e.path("type").asText()).toList();
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
