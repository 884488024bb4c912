package io.magpie.protocol;

import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever a frame is, a reader says of it what the strict path alone says. */
class HotCommandsPropertyTest {
    @Provide
    Arbitrary<String> sends() {
        return Arbitraries.randomValue(random -> new RandomSend(random).frame());
    }

    @Property(tries = 5000)
    void readsWhatTheStrictPathReads(@ForAll("sends") String frame) {
        HotCommandsTest.sameAsStrict(Frames.utf8(frame));
    }

    @Property(tries = 10_000)
    void readsDamagedFramesAsTheStrictPathDoes(
            @ForAll("sends") String frame, @ForAll @IntRange(min = 1, max = 3) int damages, @ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = Frames.utf8(frame);
        for (int i = 0; i < damages; i++) {
            bytes = random.nextBoolean() ? FuzzPropertyTest.damage(bytes, random) : inserted(bytes, random);
        }
        HotCommandsTest.sameAsStrict(bytes);
    }

    private static byte[] inserted(byte[] frame, Random random) {
        String[] parts = {
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "0000", "e1", ".", "-", "9", " ", "\u0000", "\u0085", "大",
            "null"
        };
        byte[] part = Frames.utf8(parts[random.nextInt(parts.length)]);
        int at = random.nextInt(frame.length + 1);
        byte[] longer = new byte[frame.length + part.length];
        System.arraycopy(frame, 0, longer, 0, at);
        System.arraycopy(part, 0, longer, at, part.length);
        System.arraycopy(frame, at, longer, at + part.length, frame.length - at);
        return longer;
    }
}
