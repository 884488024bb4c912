package io.magpie.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VectorsTest {
    static Stream<Vector> canonical() {
        return Stream.concat(Vector.of("client.json"), Vector.of("server.json"));
    }

    static Stream<Vector> lenient() {
        return Vector.of("lenient.json");
    }

    static Stream<Vector> malformed() {
        return Vector.of("malformed.json");
    }

    static Stream<Vector> invalid() {
        return Vector.of("invalid.json");
    }

    @ParameterizedTest
    @MethodSource({"canonical", "lenient"})
    void meansWhatItSays(Vector vector) {
        String json = Frames.text(vector.rewritten(Encoding.JSON));

        JsonNode decoded = vector.decoded();
        boolean one = decoded.isArray() && decoded.size() == 1;
        assertThat(Frames.tree(json)).isEqualTo(Frames.tree((one ? decoded.get(0) : decoded).toString()));
    }

    @ParameterizedTest
    @MethodSource("canonical")
    void isWrittenByteForByteAsItWasRead(Vector vector) {
        assertThat(Frames.latin1(vector.rewritten(vector.encoding()))).isEqualTo(Frames.latin1(vector.frame()));
    }

    @ParameterizedTest
    @MethodSource({"canonical", "lenient"})
    void meansTheSameAfterADetourThroughTheOtherEncoding(Vector vector) {
        Encoding other = vector.encoding() == Encoding.JSON ? Encoding.CBOR : Encoding.JSON;
        byte[] detour = vector.rewritten(other);
        byte[] back = vector.fromClient()
                ? Frames.requests(Encoding.JSON, Frames.requests(other, detour))
                : Frames.events(Encoding.JSON, Frames.events(other, detour));

        assertThat(asDoubles(Frames.tree(Frames.text(back))))
                .isEqualTo(asDoubles(Frames.tree(Frames.text(vector.rewritten(Encoding.JSON)))));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void isRefusedAsAWhole(Vector vector) {
        ProtocolException refused =
                catchThrowableOfType(ProtocolException.class, () -> vector.rewritten(Encoding.JSON));

        assertThat(refused).isNotNull();
        assertThat(refused.code().wireName()).isEqualTo(vector.error());
        assertThat(refused.getMessage()).isNotBlank().hasSizeLessThan(250).matches("[ -~]*");
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void isInvalidByItself(Vector vector) {
        List<Request> requests = Frames.requests(vector.encoding(), vector.frame());

        assertThat(requests).hasSameSizeAs(vector.decoded());
        for (int i = 0; i < requests.size(); i++) {
            JsonNode expected = vector.decoded().get(i);
            Request request = requests.get(i);
            assertThat(request.id())
                    .isEqualTo(
                            expected.has("id")
                                    ? new RequestId.Number(expected.get("id").longValue())
                                    : null);
            String error = request.command() instanceof Command.Invalid invalid
                    ? invalid.code().wireName()
                    : null;
            assertThat(error).isEqualTo(expected.path("error").asText(null));
        }
    }

    @Test
    void coverEveryTypeOfBothDirections() {
        Set<Class<?>> seen = new HashSet<>();
        canonical().forEach(vector -> {
            if (vector.fromClient()) {
                Frames.requests(vector.encoding(), vector.frame())
                        .forEach(r -> seen.add(r.command().getClass()));
            } else {
                Frames.events(vector.encoding(), vector.frame()).forEach(e -> seen.add(e.getClass()));
            }
        });
        seen.add(Command.Invalid.class);

        assertThat(seen)
                .contains(Command.class.getPermittedSubclasses())
                .contains(Event.class.getPermittedSubclasses());
    }

    /** JSON doesn't tell 5 from 5.0, and 20 digits of an integer don't survive CBOR. */
    private static String asDoubles(JsonNode tree) {
        return tree.toString().replaceAll("12345678901234567890|1\\.2345678901234567E19", "12345678901234567000");
    }
}
