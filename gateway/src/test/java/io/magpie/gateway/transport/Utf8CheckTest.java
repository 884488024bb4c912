package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Utf8Check says what the JDK's strict decoder says, however the bytes are cut into parts. */
class Utf8CheckTest {
    @Property(tries = 5_000)
    void agreesWithTheDecoderOfTheJdk(@ForAll("bytes") byte[] bytes, @ForAll int cut) {
        int at = bytes.length == 0 ? 0 : Math.floorMod(cut, bytes.length + 1);
        int first = check(Utf8Check.WHOLE, Arrays.copyOf(bytes, at));
        int whole = first == Utf8Check.BROKEN ? first : check(first, Arrays.copyOfRange(bytes, at, bytes.length));

        assertThat(whole == Utf8Check.WHOLE).isEqualTo(decodes(bytes));
        assertThat(check(Utf8Check.WHOLE, bytes)).isEqualTo(whole);
    }

    @Test
    void knowsEveryFirstAndSecondByte() {
        for (int first = 0; first < 256; first++) {
            for (int second = 0; second < 256; second++) {
                for (int tail = 0; tail < 3; tail++) {
                    byte[] bytes = new byte[2 + tail];
                    Arrays.fill(bytes, (byte) 0x80);
                    bytes[0] = (byte) first;
                    bytes[1] = (byte) second;
                    assertThat(check(Utf8Check.WHOLE, bytes) == Utf8Check.WHOLE)
                            .as("%02x %02x and %d more", first, second, tail)
                            .isEqualTo(decodes(bytes));
                }
            }
        }
    }

    @Test
    void tellsAnUnfinishedTextFromABrokenOne() {
        int unfinished = check(Utf8Check.WHOLE, new byte[] {'a', (byte) 0xE4, (byte) 0xBD});
        assertThat(unfinished).isNotIn(Utf8Check.WHOLE, Utf8Check.BROKEN);
        assertThat(check(unfinished, new byte[] {(byte) 0xA0})).isEqualTo(Utf8Check.WHOLE);
        assertThat(check(unfinished, new byte[] {'a'})).isEqualTo(Utf8Check.BROKEN);
    }

    @Provide
    Arbitrary<byte[]> bytes() {
        Arbitrary<byte[]> text =
                Arbitraries.strings().ofMaxLength(40).map(string -> string.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> spoilt = Combinators.combine(text, Arbitraries.integers(), Arbitraries.bytes())
                .as((bytes, at, value) -> {
                    if (bytes.length > 0) {
                        bytes[Math.floorMod(at, bytes.length)] = value;
                    }
                    return bytes;
                });
        return Arbitraries.oneOf(
                text, spoilt, Arbitraries.bytes().array(byte[].class).ofMaxSize(12));
    }

    private static int check(int state, byte[] part) {
        return Utf8Check.next(state, Unpooled.wrappedBuffer(part));
    }

    private static boolean decodes(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
