package io.magpie.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Large frames that aim at a limit; small ones are among the golden vectors. */
class HostileFrameTest {
    private static final String SEND = "{\"type\":\"send\",\"room\":\"a\",\"data\":";
    private static final String PING = "{\"type\":\"ping\",\"x\":";
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(strings = {SEND, PING})
    void refusesWhatWouldTakeLong(String start) {
        refuses(start + "[".repeat(10_000));
        refuses(start + "[".repeat(10_000) + "]".repeat(10_000) + "}");
        refuses(start + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_001));
        refuses(start + "9".repeat(1_000_000) + "}");
        refuses(start + "0." + "0".repeat(1_000_000) + "1}");
        refuses(start + "1e" + "9".repeat(1_000_000) + "}");
        refuses(start + "{\"" + "n".repeat(60_000) + "\":1}}");
        refuses(start + "{\"" + "\\u0041".repeat(10_000) + "\":1}}");
        refuses(start + "1e999999999}");
        refuses(start + "\"" + "x".repeat(1_000_000));
        refuses("[".repeat(1_000_000));
    }

    @Test
    void takesTinyNumbersForZero() {
        assertThat(Frames.command(SEND + "1e-999999999}")).isInstanceOf(Command.Send.class);
    }

    @Test
    void takesALongStringAndManyNames() {
        assertThat(Frames.command(SEND + "\"" + "é".repeat(500_000) + "\"}")).isInstanceOf(Command.Send.class);
        StringBuilder names = new StringBuilder(SEND).append('{');
        for (int i = 0; i < 20_000; i++) {
            names.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":1");
        }
        assertThat(Frames.command(names.append("}}").toString())).isInstanceOf(Command.Send.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Encoding.class,
            names = {"JSON", "CBOR"})
    void keepsNoNameOfAPeer(Encoding encoding) throws IOException {
        byte[] frame = encoding == Encoding.JSON ? Frames.utf8("{\"peer\":1}") : Frames.hex("a1 64 70656572 01");

        assertThat(firstName(encoding, frame))
                .isEqualTo("peer")
                .isNotSameAs(firstName(encoding, frame))
                .isNotSameAs("peer");
    }

    private static String firstName(Encoding encoding, byte[] frame) throws IOException {
        FrameRules rules = FrameRules.FROM_CLIENT;
        Source source = encoding == Encoding.JSON ? new JsonSource(frame, rules) : new CborSource(frame, rules);
        try (JsonParser parser = source.parser()) {
            parser.nextToken();
            parser.nextToken();
            return parser.currentName();
        }
    }

    private static void refuses(String frame) {
        long before = THREADS.getCurrentThreadCpuTime();
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> Frames.requests(frame))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BAD_REQUEST));
        // Generous, and of this thread alone: what matters is that no input takes quadratic time.
        assertThat(Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - before)).isLessThan(Duration.ofSeconds(2));
    }
}
