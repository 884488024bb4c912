package io.magpie.bench.yardstick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NatsDialectTest {
    private final Dialect dialect = NatsDialect.INSTANCE;

    @Test
    void findsAllPayloadsOfAFrameInOrder() {
        String frame = "MSG r0 1 5\r\nfirst\r\nMSG r0 1 reply.to 6\r\nsecond\r\nMSG r0 1 0\r\n\r\n";
        assertThat(Payloads.in(dialect, frame)).containsExactly("first", "second", "");
    }

    @Test
    void leavesOutWhatIsNoMessage() {
        String frame = "INFO {\"server_id\":\"N\"}\r\nPING\r\nMSG r0 1 2\r\nit\r\n+OK\r\nPONG\r\n";
        assertThat(Payloads.in(dialect, frame)).containsExactly("it");
    }

    @Test
    void takesAPayloadForWhatItIs() {
        String payload = "PONG\r\nMSG r0 1 2\r\nno\r\n";
        assertThat(Payloads.in(dialect, "MSG r0 1 " + payload.length() + "\r\n" + payload + "\r\n"))
                .containsExactly(payload);
    }

    /** The server doesn't send such frames to what is no browser; if it ever does, a load has to hear of it. */
    @ParameterizedTest
    @ValueSource(strings = {"MSG r0 1 5\r\nfir", "MSG r0 1 5\r\nfirst", "MSG r0 1 5", "MSG r0 1 5\r\nfirst!\r\n", "PI"})
    void refusesAFrameThatCutsAnOperation(String frame) {
        assertThatThrownBy(() -> Payloads.in(dialect, frame)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAnError() {
        assertThatThrownBy(() -> Payloads.in(dialect, "-ERR 'Slow Consumer'\r\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Slow Consumer");
    }

    @Test
    void isAdmittedByThePong() {
        assertThat(dialect.admits(Payloads.bytes("INFO {}\r\nPONG\r\n"))).isTrue();
        assertThat(dialect.admits(Payloads.bytes("INFO {}\r\n"))).isFalse();
        assertThat(dialect.admits(Payloads.bytes("MSG r0 1 4\r\nPONG\r\n"))).isFalse();
    }

    @Test
    void publishesWithTheLengthOfThePayload() {
        assertThat(dialect.publish(3, Payloads.bytes("hello")))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("PUB r3 5\r\nhello\r\n");
    }
}
