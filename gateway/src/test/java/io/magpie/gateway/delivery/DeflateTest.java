package io.magpie.gateway.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.ByteSize;
import io.magpie.gateway.config.CompressionConfig;
import io.magpie.gateway.transport.ServerFrame;
import io.magpie.gateway.transport.WindowedInflater;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is compressed inflates to what it was, and refers to nothing outside the receiver's window. */
class DeflateTest {
    private static final int FULL = FrameFormat.MAX_WINDOW_BITS;

    static IntStream windows() {
        return IntStream.rangeClosed(FrameFormat.MIN_WINDOW_BITS, FULL);
    }

    static IntStream smallWindows() {
        return IntStream.range(FrameFormat.MIN_WINDOW_BITS, FULL);
    }

    @ParameterizedTest
    @MethodSource("windows")
    void refersToNothingOutsideTheWindow(int bits) {
        int window = 1 << bits;
        for (int length : new int[] {window - 1, window, window + 1, 2 * window, 2 * window + 1, 5 * window + 3}) {
            for (byte[] payload : payloads(window, length)) {
                for (int level : new int[] {1, 4, 6, 9}) {
                    byte[] packed = shrink(payload, bits, level);

                    assertThat(packed.length).isLessThan(payload.length);
                    assertInflates(packed, payload, bits);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("smallWindows")
    void startsAnewOnlyWhereTheWindowEnds(int bits) {
        int window = 1 << bits;
        byte[] early = noise(window, 16, bits);
        System.arraycopy("FAR AWAY".getBytes(StandardCharsets.US_ASCII), 0, early, 0, 8);
        System.arraycopy(early, 0, early, window - 8, 8);
        byte[] late = periodic(window + 1, 4 * window, bits);

        assertThat(furthest(shrink(early, bits, 9))).isEqualTo(window - 8);
        assertThat(furthest(shrink(late, bits, 9))).isLessThan(window);
        assertThat(furthest(shrink(late, FULL, 9))).isEqualTo(window + 1);
    }

    @ParameterizedTest
    @MethodSource("smallWindows")
    void comesOutAsForTheFullWindowWhereTheMessageFitsIntoIt(int bits) {
        int window = 1 << bits;
        for (int length : new int[] {100, window / 2, window - 1, window}) {
            byte[] text = words(length, length);

            assertThat(shrink(text, bits, 6)).isEqualTo(shrink(text, FULL, 6));
        }
    }

    @ParameterizedTest
    @MethodSource("windows")
    void leavesWhatWouldNotShrinkAsItIs(int bits) {
        byte[] noise = noise(5 << bits, 256, bits);

        assertThat(shrink(noise, bits, 6)).isSameAs(noise);
    }

    @ParameterizedTest
    @MethodSource("windows")
    void saysTheSameWhateverItCompressedBefore(int bits) {
        byte[] text = words(3 << bits, 1);
        byte[] first = shrink(text, bits, 6);
        shrink(noise(5 << bits, 256, bits), bits, 6);

        assertThat(shrink(text, bits, 6)).isEqualTo(first);
    }

    @Property
    void inflatesToWhatItWas(
            @ForAll @IntRange(min = 8, max = 15) int bits,
            @ForAll @IntRange(min = 1, max = 9) int level,
            @ForAll @IntRange(max = 40_000) int length,
            @ForAll @IntRange(min = 1, max = 256) int symbols,
            @ForAll long seed) {
        byte[] payload = pieces(length, symbols, seed);
        byte[] packed = shrink(payload, bits, level);

        if (packed == payload) {
            return;
        }
        assertThat(packed.length).isLessThan(payload.length);
        assertInflates(packed, payload, bits);
    }

    private static void assertInflates(byte[] packed, byte[] payload, int bits) {
        WindowedInflater inflated = WindowedInflater.of(packed);
        assertThat(inflated.message()).isEqualTo(payload);
        assertThat(inflated.furthest()).isLessThan(1 << bits);
        assertThat(new ServerFrame(true, 4, 2, packed).message()).isEqualTo(payload);
    }

    private static byte[] shrink(byte[] payload, int bits, int level) {
        return Deflate.shrink(
                payload,
                bits,
                new CompressionConfig(true, level, new ByteSize(0), ByteSize.ofKiB(64), 0, new ByteSize(0)));
    }

    private static int furthest(byte[] packed) {
        return WindowedInflater.of(packed).furthest();
    }

    /** What shrinks in any window: some for its repetitions, some only for its few symbols. */
    private static List<byte[]> payloads(int window, int length) {
        List<byte[]> payloads = new ArrayList<>();
        payloads.add(new byte[length]);
        payloads.add(words(length, window));
        payloads.add(noise(length, 16, window));
        for (int period : new int[] {window / 2, window - 4, window - 1, window, window + 1, window * 3 / 2}) {
            payloads.add(periodic(period, length, window));
        }
        byte[] halfNoise = noise(length, 256, window);
        System.arraycopy(new byte[length], 0, halfNoise, length / 3, length / 2);
        payloads.add(halfNoise);
        return payloads;
    }

    private static byte[] noise(int length, int symbols, long seed) {
        byte[] noise = new byte[length];
        Random random = new Random(seed);
        for (int i = 0; i < length; i++) {
            noise[i] = (byte) random.nextInt(symbols);
        }
        return noise;
    }

    private static byte[] periodic(int period, int length, long seed) {
        byte[] once = noise(period, 16, seed);
        byte[] out = new byte[length];
        for (int i = 0; i < length; i++) {
            out[i] = once[i % period];
        }
        return out;
    }

    private static byte[] words(int length, long seed) {
        StringBuilder text = new StringBuilder();
        Random random = new Random(seed);
        while (text.length() < length) {
            text.append("{\"type\":\"message\",\"n\":")
                    .append(random.nextInt(1_000))
                    .append("} ");
        }
        return text.substring(0, length).getBytes(StandardCharsets.UTF_8);
    }

    /** New bytes and repetitions of earlier ones, near and far, in turn. */
    private static byte[] pieces(int length, int symbols, long seed) {
        Random random = new Random(seed);
        byte[] out = noise(length, symbols, seed);
        int at = 0;
        while (at < length) {
            at = Math.min(length, at + random.nextInt(400));
            int end = Math.min(length, at + random.nextInt(400));
            int distance = at == 0 ? 0 : 1 + random.nextInt(at);
            while (at < end && distance > 0) {
                out[at] = out[at - distance];
                at++;
            }
        }
        return out;
    }
}
