package io.magpie.gateway.fuzz;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * What the fuzzer calls, for every target. The fuzzer loads the classes in the signatures of the class that it is given before
 * it begins to change classes, changes them then, and JDK 17 spoils records that way (JDK-8315575); this one has none.
 */
public final class FuzzEntry {
    /** The property that names the target's class. */
    static final String TARGET = "magpie.fuzz.class";

    private FuzzEntry() {}

    /** Loaded with the first input. */
    private static final class Target {
        private static final MethodHandle METHOD = find(System.getProperty(TARGET));

        private static MethodHandle find(String name) {
            try {
                return MethodHandles.publicLookup()
                        .findStatic(
                                Class.forName(name),
                                "fuzzerTestOneInput",
                                MethodType.methodType(void.class, byte[].class));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("no target " + name, e);
            }
        }
    }

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] bytes) throws Throwable {
        Target.METHOD.invokeExact(bytes);
    }
}
