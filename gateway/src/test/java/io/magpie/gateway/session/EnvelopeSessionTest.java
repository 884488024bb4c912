package io.magpie.gateway.session;

import static io.magpie.gateway.session.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.magpie.gateway.room.FakeConnection;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.CommandWriter;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.Priority;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connected client may say, and what it is answered. */
class EnvelopeSessionTest {
    private final SessionRig rig = new SessionRig();

    @Test
    void answersASendWithItsPlace() {
        TestClient client = rig.in("hall");

        client.say("{'type':'send','id':'s1','room':'hall','key':'k','kind':'chat','data':{'text':'hi','n':1.50}}");

        assertThat(client.take())
                .containsExactly(
                        json("{'type':'ok','id':'s1','room':'hall','epoch':'e1','seq':1,'at':1000}"), json("""
                                {'type':'message','room':'hall','seq':1,'at':1000,'from':{'id':'guest-1'},
                                 'key':'k','kind':'chat','data':{'text':'hi','n':1.50}}"""));
    }

    @Test
    void carriesDataByteForByte() {
        TestClient client = rig.in("hall");
        String data = "{ \"b\":1.0e2 ,\"a\" : [ 1,\"\\u4f60\" ] }";

        client.text("{\"type\":\"send\",\"room\":\"hall\",\"data\":" + data + "}");

        assertThat(client.takeTexts()).hasSize(1).first().asString().contains("\"data\":" + data);
    }

    @Test
    void carriesBinary() {
        TestClient client = rig.in("hall");

        client.say("{'type':'send','room':'hall','binary':'AP8H'}");

        assertThat(client.takeOne().path("binary").asText()).isEqualTo("AP8H");
    }

    @Test
    void repliesToNoSuccessWithoutAnId() {
        TestClient client = rig.in("hall");

        client.say("{'type':'send','room':'hall','data':1}");
        client.say(
                "{'type':'history','room':'hall'}",
                "{'type':'members','room':'hall'}",
                "{'type':'leave','room':'hall'}");

        assertThat(client.takeTypes()).containsExactly("message");
    }

    @Test
    void answersARetryWithTheFirstPlace() {
        TestClient client = rig.in("hall");
        client.say("{'type':'send','id':1,'room':'hall','key':'k','data':'x'}");
        client.take();

        client.say("{'type':'send','id':2,'room':'hall','key':'k','data':'x'}");

        assertThat(client.take())
                .containsExactly(
                        json("{'type':'ok','id':2,'room':'hall','epoch':'e1','seq':1,'at':1000,'duplicate':true}"));
    }

    @Test
    void refusesAKeyWithOtherContent() {
        TestClient client = rig.in("hall");
        client.say("{'type':'send','room':'hall','key':'k','data':'x'}");
        client.take();

        client.say("{'type':'send','id':2,'room':'hall','key':'k','data':'y'}");

        JsonNode error = client.takeOne();
        assertThat(code(error)).isEqualTo("key_conflict");
        assertThat(error.path("id").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"send", "signal"})
    void refusesDataThatIsTooLarge(String type) {
        TestClient client = rig.in("hall");
        String fits = "x".repeat(62);

        client.say("{'type':'" + type + "','id':1,'room':'hall','data':'" + fits + "y'}");
        assertThat(code(client.takeOne())).isEqualTo("too_large");
        client.say("{'type':'" + type + "','room':'hall','data':'" + fits + "'}");

        assertThat(client.take()).hasSize(1);
    }

    @Test
    void refusesBinaryThatIsTooLarge() {
        TestClient client = rig.in("hall");

        client.say("{'type':'send','id':1,'room':'hall','binary':'" + base64(65) + "'}");
        assertThat(code(client.takeOne())).isEqualTo("too_large");
        client.say("{'type':'send','room':'hall','binary':'" + base64(64) + "'}");

        assertThat(client.takeTypes()).containsExactly("message");
    }

    @ParameterizedTest
    @ValueSource(strings = {"send", "signal"})
    void knowsNoInboxes(String type) {
        TestClient client = rig.in("hall");

        client.say("{'type':'" + type + "','id':1,'to':'lin','data':1}");

        JsonNode error = client.takeOne();
        assertThat(code(error)).isEqualTo("not_found");
        assertThat(error.path("id").asInt()).isEqualTo(1);
    }

    @Test
    void passesSignalsOn() {
        TestClient client = rig.in("hall");
        TestClient other = rig.in("hall");

        client.say("{'type':'signal','id':1,'room':'hall','data':{'typing':true}}");

        JsonNode signal = json("{'type':'signal','room':'hall','from':{'id':'guest-1'},'data':{'typing':true}}");
        assertThat(other.take()).containsExactly(signal);
        assertThat(client.take()).containsExactly(signal);
        other.say("{'type':'history','id':1,'room':'hall'}");
        assertThat(other.takeOne().path("messages").size()).isZero();
    }

    @Test
    void givesPagesOfHistory() {
        TestClient client = rig.in("hall");
        fill(client, 7);

        client.say("{'type':'history','id':1,'room':'hall','limit':2}");
        JsonNode newest = client.takeOne();
        client.say("{'type':'history','id':2,'room':'hall','before':6,'limit':100}");
        JsonNode before = client.takeOne();
        client.say("{'type':'history','id':3,'room':'hall','after':2}");
        JsonNode after = client.takeOne();

        assertThat(newest.path("type").asText()).isEqualTo("history");
        assertThat(newest.path("epoch").asText()).isEqualTo("e1");
        assertThat(newest.path("id").asInt()).isEqualTo(1);
        assertThat(seqs(newest.path("messages"))).containsExactly(6, 7);
        assertThat(newest.path("more").asBoolean()).isTrue();
        assertThat(seqs(before.path("messages"))).containsExactly(1, 2, 3, 4, 5);
        assertThat(before.path("more").asBoolean()).isFalse();
        assertThat(seqs(after.path("messages"))).containsExactly(3, 4, 5, 6, 7);
        assertThat(after.path("more").asBoolean()).isFalse();
    }

    @Test
    void readsFewPagesOfHistoryAtATime() {
        SessionRig two = new SessionRig(2, SessionRig.small());
        String far = two.loops.get(1).room(2).value();
        TestClient client = two.json(0);
        client.say("{'type':'connect'}", "{'type':'join','room':'" + far + "'}");
        client.take();
        String ask = "{'type':'history','id':1,'room':'" + far + "'}";

        for (int i = 0; i < 100; i++) {
            client.sayOnly(ask);
        }
        assertThat(client.take()).hasSize(96).allMatch(refusal -> code(refusal).equals("busy"));
        assertThat(client.connection().open()).isTrue();
        two.settle();
        assertThat(client.takeTypes()).containsExactly("history", "history", "history", "history");
        client.say(ask);
        assertThat(client.takeTypes()).containsExactly("history");
    }

    @Test
    void capsPagesOfHistory() {
        TestClient client = rig.in("hall");
        fill(client, 7);

        client.say("{'type':'history','id':1,'room':'hall','after':0,'limit':1000000000}");

        JsonNode page = client.takeOne();
        assertThat(page.path("messages").size()).isEqualTo(5);
        assertThat(page.path("more").asBoolean()).isTrue();
    }

    @Test
    void saysWhoIsInTheRoom() {
        TestClient client = rig.in("hall");
        rig.in("hall");
        rig.in("hall");

        client.say("{'type':'members','id':1,'room':'hall','limit':2}");

        assertThat(client.take())
                .containsExactly(
                        json(
                                "{'type':'members','id':1,'room':'hall','count':3,'members':[{'id':'guest-1'},{'id':'guest-2'}]}"));
    }

    @Test
    void answersPings() {
        TestClient client = rig.in();

        client.say("{'type':'ping','id':'p'}", "{'type':'ping'}");

        assertThat(client.take()).containsExactly(json("{'type':'pong','id':'p'}"), json("{'type':'pong'}"));
    }

    @Test
    void saysByeBeforeTheCloseAndLeaves() {
        TestClient client = rig.in("hall", "garden");
        TestClient other = rig.in("hall");

        client.say("{'type':'connect'}");

        JsonNode bye = client.takeOne();
        assertThat(bye.path("type").asText()).isEqualTo("bye");
        assertThat(bye.path("code").asInt()).isEqualTo(4501);
        assertThat(bye.path("reconnect").asBoolean()).isFalse();
        assertThat(bye.path("reason").asText())
                .isEqualTo(client.connection().closeReasons().get(0));
        other.say("{'type':'members','id':1,'room':'hall'}");
        assertThat(other.takeOne().path("count").asInt()).isEqualTo(1);
    }

    @Test
    void speaksCborToo() {
        TestClient json = rig.in("hall");
        TestClient cbor = rig.cbor();
        RoomId hall = new RoomId("hall");

        cbor.binary(cbor(
                new Request(new RequestId.Number(1), new Command.Connect(null, Map.of(), null)),
                new Request(new RequestId.Number(2), new Command.Join(hall, null, 0)),
                new Request(
                        new RequestId.Number(3),
                        new Command.Send(
                                new Command.ToRoom(hall), null, null, Priority.NORMAL, new Body.Cbor(new byte[] {
                                    (byte) 0x82, 0x01, (byte) 0xf5
                                })))));

        List<FakeConnection.Frame> frames = cbor.connection().takeFrames();
        assertThat(frames).allMatch(FakeConnection.Frame::binary);
        assertThat(json.takeOne().path("data")).isEqualTo(json("[1,true]"));
        json.say("{'type':'send','room':'hall','data':{'a':[1,null]}}");
        List<Event> events = cbor.connection().takeEvents();
        assertThat(events).hasSize(1);
        Event.Delivered delivered = (Event.Delivered) events.get(0);
        assertThat(ByteBufUtil.hexDump(delivered.message().body().bytes()))
                .isIn("a161618201f6", "bf61618201f6ff", "bf61619f01f6ffff");
    }

    private static byte[] cbor(Request... requests) {
        ByteBuf frame = Unpooled.buffer();
        try {
            new CommandWriter(Encoding.CBOR).write(List.of(requests), frame);
            return ByteBufUtil.getBytes(frame);
        } finally {
            frame.release();
        }
    }

    private static String base64(int bytes) {
        return Base64.getEncoder().encodeToString(new byte[bytes]);
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
