package io.magpie.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonScanTest {
    private static final int[] EDGES = {0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};

    @Test
    void takesExactlyTheUtf8ThatJavaTakes() {
        for (int first = 0x80; first < 0x100; first++) {
            sameAsJava(first);
            for (int second = 0x80; second < 0x100; second++) {
                sameAsJava(first, second);
            }
            for (int second : EDGES) {
                for (int third : EDGES) {
                    sameAsJava(first, second, third);
                    for (int fourth : EDGES) {
                        sameAsJava(first, second, third, fourth);
                    }
                }
            }
        }
    }

    @Test
    void takesEveryEscapeButNulAndHalfPairs() {
        for (int unit = 0; unit <= 0xFFFF; unit++) {
            boolean alone = unit != 0 && !Character.isSurrogate((char) unit);
            assertThat(passes(String.format("\"\\u%04x\"", unit))).isEqualTo(alone);
            assertThat(passes(String.format("\"\\uDBFF\\u%04X\"", unit)))
                    .isEqualTo(Character.isLowSurrogate((char) unit));
        }
    }

    @Test
    void findsWhatIsOddAtAnyPlace() {
        for (int odd = 0; odd < 0x80; odd++) {
            for (int place = 1; place <= 20; place++) {
                byte[] string = Frames.utf8("\"" + "x".repeat(20) + "\"");
                string[place] = (byte) odd;
                boolean plain = odd >= ' ' && odd != '"' && odd != '\\';
                assertThat(passes(string)).as("%d at %d", odd, place).isEqualTo(plain);
            }
        }
    }

    @Test
    void endsWithTheFrame() {
        for (String cut : new String[] {
            "\"", "\"a", "\"\\", "\"\\u004", "\"\\ud83d", "\"\\ud83d\\u", "-", "1.", "t", "[", "{\"a\":"
        }) {
            assertThat(passes(cut)).as(cut).isFalse();
        }
        assertThat(passes(new byte[] {'"', (byte) 0xE5, (byte) 0xA4})).isFalse();
        assertThat(passes(new byte[] {'"', (byte) 0xF0, (byte) 0x9F, (byte) 0x91}))
                .isFalse();
    }

    private static void sameAsJava(int... values) {
        byte[] string = new byte[values.length + 2];
        string[0] = '"';
        for (int i = 0; i < values.length; i++) {
            string[i + 1] = (byte) values[i];
        }
        string[values.length + 1] = '"';

        assertThat(passes(string)).as("%s", ByteBuffer.wrap(string)).isEqualTo(isUtf8(string));
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }

    private static boolean passes(String json) {
        return passes(Frames.utf8(json));
    }

    private static boolean passes(byte[] json) {
        JsonScan scan = new JsonScan(json, 16);
        return scan.value(0) && scan.ended();
    }
}
