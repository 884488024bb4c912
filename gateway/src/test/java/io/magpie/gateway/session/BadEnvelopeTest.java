package io.magpie.gateway.session;

import static io.magpie.gateway.session.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client can do wrong. */
class BadEnvelopeTest {
    private final SessionRig rig = new SessionRig();

    @Test
    void tellsErrorsEvenWithoutAnId() {
        TestClient client = rig.in();

        client.say("{'type':'send','room':'hall','data':1}");

        JsonNode error = client.takeOne();
        assertThat(code(error)).isEqualTo("not_joined");
        assertThat(error.has("id")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'send','id':7,'room':'hall','data':1}",
                "{'type':'signal','id':7,'room':'hall','data':1}",
                "{'type':'history','id':7,'room':'hall'}",
                "{'type':'members','id':7,'room':'hall'}",
                "{'type':'leave','id':7,'room':'hall'}"
            })
    void refusesWhatNeedsMembership(String envelope) {
        TestClient client = rig.in("elsewhere");

        client.say(envelope);

        assertThat(client.take())
                .containsExactly(
                        json(
                                "{'type':'error','id':7,'code':'not_joined','message':'join the room first','retryable':false}"));
        assertThat(client.connection().open()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'recall','id':1,'room':'hall','seq':1}",
                "{'type':'read','id':1,'room':'hall','seq':1}",
                "{'type':'dance','id':1}"
            })
    void doesNotKnowWhatItDoesNotServe(String envelope) {
        TestClient client = rig.in("hall");

        client.say(envelope);

        JsonNode error = client.takeOne();
        assertThat(code(error)).isEqualTo("unknown_type");
        assertThat(error.path("id").asInt()).isEqualTo(1);
        assertThat(client.connection().open()).isTrue();
    }

    @Test
    void servesTheGoodOnesOfAFrame() {
        TestClient client = rig.in("hall");

        client.say("""
                [{'type':'send','id':1,'room':'hall','data':'a'},
                 {'type':'send','id':2,'data':'no room'},
                 17,
                 {'type':'send','id':3,'room':'hall','data':'b'}]""");

        List<JsonNode> got = client.take();
        assertThat(got.stream().filter(e -> e.path("type").asText().equals("error")))
                .hasSize(2)
                .allMatch(e -> code(e).equals("bad_request"));
        assertThat(got.stream().filter(e -> e.path("type").asText().equals("ok")))
                .extracting(e -> e.path("id").asInt())
                .containsExactly(1, 3);
        assertThat(got.stream().filter(e -> e.path("type").asText().equals("message")))
                .extracting(e -> e.path("data").asText())
                .containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "[]", "{} {}", "{\"type\":\"ping\",\"type\":\"ping\"}", "[1,2", "null"})
    void answersAMalformedFrame(String frame) {
        TestClient client = rig.in();

        client.text(frame);

        assertThat(code(client.takeOne())).isEqualTo("bad_request");
        assertThat(client.connection().open()).isTrue();
    }

    @Test
    void closesAfterTenBadRequestsWithinAMinute() {
        TestClient client = rig.in("hall");

        for (int i = 0; i < 9; i++) {
            client.text("bad");
            rig.advance(Duration.ofSeconds(6));
        }
        assertThat(client.connection().open()).isTrue();
        client.text("{\"type\":\"dance\"}");

        assertThat(client.closeCode()).isEqualTo(4508);
        assertThat(client.takeTypes()).hasSize(11).endsWith("error", "bye");
        assertThat(rig.gauge("magpie.members")).isZero();
    }

    @Test
    void forgivesBadRequestsThatAreFarBetween() {
        TestClient client = rig.in("hall");

        for (int i = 0; i < 50; i++) {
            client.text("bad");
            rig.advance(Duration.ofSeconds(7));
        }

        assertThat(client.connection().open()).isTrue();
    }

    @Test
    void stopsReadingAFrameOnceItIsClosed() {
        TestClient client = rig.in();
        String bad = "{'type':'dance'},".repeat(11);

        client.say("[" + bad + "{'type':'ping'}]");

        assertThat(client.takeTypes()).hasSize(11).endsWith("bye");
    }

    @Test
    void countsRefusedCommandsAsWhatTheyAre() {
        TestClient client = rig.in();

        for (int i = 0; i < 50; i++) {
            client.say("{'type':'send','id':1,'room':'hall','data':1}");
        }

        // A client that isn't in the room yet is no broken client.
        assertThat(client.connection().open()).isTrue();
        assertThat(rig.commands("send", "not_joined")).isEqualTo(50);
    }

    @Test
    void refusesFramesOfTheWrongKind() {
        TestClient json = rig.in("hall");
        TestClient cbor = rig.cbor();

        json.binary(new byte[] {1});
        cbor.text("{\"type\":\"ping\"}");

        assertThat(json.closeCode()).isEqualTo(1003);
        assertThat(cbor.closeCode()).isEqualTo(1003);
    }

    private static String code(JsonNode error) {
        return error.path("code").asText();
    }
}
