package io.magpie.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/protocol.md} says what the codecs do: its examples are read, its tables compared. */
class ProtocolDocumentTest {
    private static final Pattern EXAMPLE = Pattern.compile("```json (client|server)\n(.*?)```", Pattern.DOTALL);

    private static String document() throws IOException {
        return Files.readString(Path.of("../docs/protocol.md"));
    }

    static Stream<Example> examples() throws IOException {
        Matcher matcher = EXAMPLE.matcher(document());
        return matcher.results().map(m -> new Example(m.group(1).equals("client"), m.group(2)));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void showsEnvelopesThatAreRead(Example example) {
        assertThat(example.types()).isNotEmpty().doesNotContain(Command.Invalid.class);
    }

    @Test
    void showsEveryType() throws IOException {
        Set<Class<?>> shown = new HashSet<>(Set.of(Command.Invalid.class));
        examples().forEach(example -> shown.addAll(example.types()));

        assertThat(shown)
                .contains(Command.class.getPermittedSubclasses())
                .contains(Event.class.getPermittedSubclasses());
    }

    @Test
    void marksEveryJsonExampleWithItsDirection() throws IOException {
        assertThat(document().split("```json", -1)).hasSize((int) examples().count() + 1);
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void explainsEveryError(ErrorCode code) throws IOException {
        String row = row("| `" + code.wireName() + "` |");

        assertThat(row.contains("; retryable")).isEqualTo(code.retryable());
    }

    @ParameterizedTest
    @EnumSource(CloseCode.class)
    void explainsEveryClose(CloseCode code) throws IOException {
        String reconnect = row("| " + code.code() + " |").split("\\|", -1)[3].strip();

        assertThat(reconnect).startsWith(code.reconnect() ? "yes" : "no");
    }

    @Test
    void givesTheLimits() throws IOException {
        assertThat(row("| envelopes in a frame |")).contains("1–" + FrameRules.FROM_CLIENT.envelopes());
        assertThat(row("| nesting")).contains(" " + FrameRules.FROM_CLIENT.depth() + " ");
        assertThat(row("| a number |")).contains(FrameRules.MAX_DIGITS + " digits");
        assertThat(row("| the name of a field |")).contains(FrameRules.MAX_NAME + " characters");
        assertThat(document()).contains("may nest " + FrameRules.FROM_SERVER.depth() + " deep");
    }

    private static String row(String start) throws IOException {
        return document()
                .lines()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow();
    }

    record Example(boolean fromClient, String json) {
        Set<Class<?>> types() {
            Set<Class<?>> types = new HashSet<>();
            if (fromClient) {
                Frames.requests(json)
                        .forEach(request -> types.add(request.command().getClass()));
            } else {
                Frames.events(Encoding.JSON, Frames.utf8(json)).forEach(event -> types.add(event.getClass()));
            }
            return types;
        }
    }
}
