package io.magpie.protocol;

/**
 * What the fuzzer calls; {@link EnvelopeFuzzCheck} says what must hold. It is a class of its own because the fuzzer changes
 * the classes of its signatures after they are loaded, and JDK 17 spoils records that way (JDK-8315575).
 */
public final class EnvelopeFuzz {
    private EnvelopeFuzz() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        EnvelopeFuzzCheck.check(bytes);
    }
}
