package io.magpie.gateway.session;

import static io.magpie.gateway.session.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.magpie.gateway.transport.TestConfig;
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
    @ValueSource(
            strings = {
                "",
                "hello",
                "[]",
                "{} {}",
                "{\"type\":\"ping\",\"type\":\"ping\"}",
                "[1,2",
                "null",
                "\ufeff{\"type\":\"ping\"}",
                "{\"type\":\"ping\"/* */}",
                "{\"type\":\"ping\",\"x\":NaN}",
                "{'type':'ping'}"
            })
    void answersAMalformedFrame(String frame) {
        TestClient client = rig.in();

        client.text(frame);

        assertThat(code(client.takeOne())).isEqualTo("bad_request");
        assertThat(client.connection().open()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"data\":\"\\ud800\"",
                "\"data\":\"\\udc00\\ud800\"",
                "\"data\":{\"\\ud83d\":1}",
                "\"data\":\"a\\u0000b\"",
                "\"data\":\"a\u0000b\"",
                "\"data\":1,\"key\":\"\\ud800\"",
                "\"data\":1,\"kind\":\"\\u0000\"",
                "\"data\":1,\"unknown\":\"\\udfff\"",
                "\"data\":{\"a\":1,\"a\":2}",
                "\"data\":123456789012345678901",
                "\"data\":1e999999999",
                "\"data\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"
            })
    void spreadsNothingThatIsPoisonForOthers(String fields) {
        TestClient client = rig.in("hall");
        TestClient listener = rig.in("hall");
        TestClient plain = rig.plain("hall");

        client.text("{\"type\":\"send\",\"room\":\"hall\"," + fields + "}");
        client.text("{\"type\":\"signal\",\"room\":\"hall\"," + fields + "}");

        assertThat(client.take()).hasSize(2).allMatch(error -> code(error).equals("bad_request"));
        assertThat(listener.take()).isEmpty();
        assertThat(plain.takeTexts()).isEmpty();
    }

    @Test
    void passesOnTextThatIsOnlyOdd() {
        SessionRig wide = new SessionRig(1, TestConfig.with("limits.message=32KiB"));
        TestClient client = wide.in("hall");
        TestClient listener = wide.in("hall");
        List<String> texts =
                List.of("\uffff\ufffe\u202e\u2028", "a" + "\u0301".repeat(10_000), "\u0301", "\\u0001\\ud83d\\udc4b");

        texts.forEach(text -> client.text("{\"type\":\"send\",\"room\":\"hall\",\"data\":\"" + text + "\"}"));

        assertThat(listener.takeTexts())
                .hasSize(4)
                .zipSatisfy(texts, (frame, text) -> assertThat(frame).endsWith("\"data\":\"" + text + "\"}"));
        wide.close();
    }

    @Test
    void boundsManyCombiningMarksAsAnyOtherText() {
        TestClient client = rig.in("hall");
        String marks = "\u0301".repeat(10_000);

        client.text("{\"type\":\"send\",\"id\":1,\"room\":\"hall\",\"data\":\"" + marks + "\"}");
        client.text("{\"type\":\"send\",\"id\":2,\"room\":\"hall\",\"kind\":\"" + marks + "\",\"data\":1}");
        client.text("{\"type\":\"join\",\"id\":3,\"room\":\"" + marks + "\"}");

        assertThat(client.take())
                .extracting(BadEnvelopeTest::code)
                .containsExactly("too_large", "bad_request", "bad_room");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "9007199254740993", "9223372036854775808", "'1'", "1.5", "1e3", "true", "[]"})
    void takesNoSeqThatIsNone(String seq) {
        TestClient client = rig.in("hall");

        client.say(
                "{'type':'join','id':1,'room':'hall','since':{'epoch':'e1','seq':" + seq + "}}",
                "{'type':'history','id':2,'room':'hall','before':" + seq + "}",
                "{'type':'history','id':3,'room':'hall','after':" + seq + "}");

        assertThat(client.take()).hasSize(3).allMatch(error -> code(error).equals("bad_request"));
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
