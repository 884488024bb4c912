package io.magpie.gateway.session;

import static io.magpie.gateway.session.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.magpie.gateway.transport.TestConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Joining and leaving rooms. */
class JoinTest {
    private final SessionRig rig = new SessionRig();

    @Test
    void joinsARoom() {
        TestClient client = rig.in();

        client.say("{'type':'join','id':1,'room':'hall'}");

        assertThat(client.take())
                .containsExactly(json(
                        "{'type':'joined','id':1,'room':'hall','epoch':'e1','seq':0,'recovered':true,'members':1}"));
    }

    @Test
    void sendsHistoryAfterTheAnswerToAJoin() {
        fill(rig.in("hall"), 7);
        TestClient client = rig.in();

        client.say("{'type':'join','id':1,'room':'hall','history':3}");

        List<JsonNode> got = client.take();
        assertThat(got).hasSize(4);
        assertThat(got.get(0).path("type").asText()).isEqualTo("joined");
        assertThat(seqs(got.subList(1, 4))).containsExactly(5, 6, 7);
    }

    @Test
    void capsTheHistoryOfAJoin() {
        fill(rig.in("hall"), 7);
        TestClient client = rig.in();

        client.say("{'type':'join','id':1,'room':'hall','history':1000}");

        assertThat(client.take()).hasSize(1 + 5);
    }

    @Test
    void resumesARoom() {
        fill(rig.in("hall"), 5);
        TestClient client = rig.in();

        client.say("{'type':'join','id':1,'room':'hall','since':{'epoch':'e1','seq':3,'at':1000}}");

        List<JsonNode> got = client.take();
        assertThat(got.get(0).path("recovered").asBoolean()).isTrue();
        assertThat(seqs(got.subList(1, got.size()))).containsExactly(4, 5);
    }

    @Test
    void tellsTheGapWhenTooMuchWasMissed() {
        fill(rig.in("hall"), 12);
        TestClient client = rig.in();

        client.say("{'type':'join','id':1,'room':'hall','since':{'epoch':'e1','seq':2},'history':2}");

        List<JsonNode> got = client.take();
        assertThat(got.get(0).path("recovered").asBoolean()).isFalse();
        assertThat(got.get(0).path("reason").asText()).isEqualTo("trimmed");
        assertThat(got.get(1)).isEqualTo(json("{'type':'gap','room':'hall','from':3,'to':10,'reason':'trimmed'}"));
        assertThat(seqs(got.subList(2, got.size()))).containsExactly(11, 12);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'epoch':'other','seq':1} epoch",
                "{'epoch':'e1','seq':99} ahead",
                "{'epoch':'e1','seq':2,'at':5} fork"
            })
    void saysWhyAPositionIsNoGood(String position) {
        fill(rig.in("hall"), 3);
        TestClient client = rig.in();
        String[] parts = position.split(" ", -1);

        client.say("{'type':'join','id':1,'room':'hall','since':" + parts[0] + "}");

        assertThat(client.take())
                .containsExactly(
                        json("{'type':'joined','id':1,'room':'hall','epoch':'e1','seq':3,'recovered':false,'reason':'"
                                + parts[1] + "','members':2}"));
    }

    @Test
    void joinsAgainWithoutBeingCountedTwice() {
        TestClient client = rig.in("hall");
        fill(client, 2);

        client.say("{'type':'join','id':1,'room':'hall'}");
        client.say("{'type':'send','room':'hall','data':'x'}");

        List<JsonNode> got = client.take();
        assertThat(got).hasSize(2);
        assertThat(got.get(0).path("members").asInt()).isEqualTo(1);
        assertThat(got.get(0).path("seq").asInt()).isEqualTo(2);
        assertThat(seqs(got.subList(1, 2))).containsExactly(3);
    }

    @Test
    void refusesTooManyRooms() {
        TestClient client = rig.in("a", "b", "c");

        client.say("{'type':'join','id':1,'room':'d'}");
        assertThat(code(client.takeOne())).isEqualTo("limit");
        client.say("{'type':'join','id':2,'room':'a'}");
        assertThat(client.takeTypes()).containsExactly("joined");
        client.say("{'type':'leave','room':'b'}", "{'type':'join','id':3,'room':'d'}");

        assertThat(client.takeTypes()).containsExactly("joined");
    }

    @Test
    void tellsToComeBackWhereTheServerHasTooManyRooms() {
        SessionRig full = new SessionRig(1, TestConfig.with("limits.rooms=1", "rate.address=0"));
        TestClient client = full.in("hall");

        client.say("{'type':'join','id':1,'room':'attic'}");
        assertThat(client.takeOne()).isEqualTo(json("""
                {'type':'error','id':1,'code':'busy',
                 'message':'this server has as many rooms as it may, try again later','retryable':true}"""));
        client.say("{'type':'send','room':'hall','data':1}");
        assertThat(client.takeTypes()).containsExactly("message");
        TestClient late = full.json();
        late.say("{'type':'connect','id':1,'rooms':{'attic':null,'hall':null}}");
        List<JsonNode> answers = late.take();
        assertThat(code(answers.get(0))).isEqualTo("busy");
        assertThat(answers.get(1).path("rooms").fieldNames()).toIterable().containsExactly("hall");
        assertThat(full.plain("attic").closeCode()).isEqualTo(1013);
        assertThat(full.gauge("magpie.rooms")).isEqualTo(1);
        full.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"__proto__", "constructor", "../", "{tag}", "*", "h*", "h\u0430ll", "hall ", "HALL", "ha\u0301ll"
            })
    void takesEveryNameAsItIs(String room) {
        TestClient client = rig.in(room);
        TestClient hall = rig.in("hall");

        client.say("{'type':'send','id':1,'room':'" + room + "','data':1}");

        List<JsonNode> got = client.take();
        assertThat(got).hasSize(2).allMatch(event -> event.path("room").asText().equals(room));
        assertThat(hall.take()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\\nb", "a\\u007fb", "@inbox"})
    void refusesANameThatIsNone(String room) {
        TestClient client = rig.in();

        client.say("{'type':'join','id':1,'room':'" + room + "'}");
        client.say("{'type':'join','id':2,'room':'" + "x".repeat(300) + "'}");

        assertThat(client.take()).hasSize(2).allMatch(error -> code(error).equals("bad_room"));
        assertThat(rig.gauge("magpie.rooms")).isZero();
    }

    @Test
    void leavesARoom() {
        TestClient client = rig.in("hall");
        TestClient other = rig.in("hall");

        client.say("{'type':'leave','id':1,'room':'hall'}");
        other.say("{'type':'send','room':'hall','data':'x'}");

        assertThat(client.take()).containsExactly(json("{'type':'ok','id':1}"));
        client.say("{'type':'leave','id':2,'room':'hall'}");
        assertThat(code(client.takeOne())).isEqualTo("not_joined");
        assertThat(rig.gauge("magpie.members")).isEqualTo(1);
    }

    @Test
    void leavesItsRoomsWhenTheConnectionIsLost() {
        TestClient client = rig.in("hall", "garden");

        client.drop();

        assertThat(rig.gauge("magpie.members")).isZero();
    }

    private static void fill(TestClient client, int count) {
        for (int i = 1; i <= count; i++) {
            client.say("{'type':'send','room':'hall','data':" + i + "}");
        }
        client.take();
    }

    private static String code(JsonNode error) {
        return error.path("code").asText();
    }

    private static List<Integer> seqs(Iterable<JsonNode> messages) {
        List<Integer> seqs = new ArrayList<>();
        messages.forEach(message -> seqs.add(message.path("seq").asInt()));
        return seqs;
    }
}
