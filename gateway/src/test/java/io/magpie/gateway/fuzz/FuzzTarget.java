package io.magpie.gateway.fuzz;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is fuzzed: each a class with {@code fuzzerTestOneInput(byte[])}, which throws if a promise is broken. */
enum FuzzTarget {
    /** Bytes after the upgrade. */
    FRAMES("io.magpie.gateway.transport.FrameFuzz", 4_096),
    /** Bytes before it. */
    UPGRADE("io.magpie.gateway.transport.UpgradeFuzz", 10_000),
    /** PROXY headers of both versions. */
    PROXY_HEADER("io.magpie.gateway.transport.ProxyFuzz", 2_048),
    /** {@code X-Forwarded-For}, and addresses as limits count them. */
    ADDRESSES("io.magpie.gateway.transport.AddressFuzz", 1_024),
    /** Envelopes in JSON and CBOR. */
    ENVELOPES("io.magpie.protocol.EnvelopeFuzz", 4_096),
    /** JSON Web Tokens. */
    TOKENS("io.magpie.gateway.auth.TokenFuzz", 4_096),
    /** Tickets to resume with. */
    TICKETS("io.magpie.gateway.session.TicketFuzz", 512);

    private final String className;
    private final int maxBytes;

    FuzzTarget(String className, int maxBytes) {
        this.className = className;
        this.maxBytes = maxBytes;
    }

    /**
     * Targets by their names, with commas between them; all if there is no name.
     *
     * @throws IllegalArgumentException if a name is none
     */
    static List<FuzzTarget> named(String names) {
        if (names.isBlank()) {
            return List.of(values());
        }
        return Arrays.stream(names.split(",", -1)).map(FuzzTarget::of).toList();
    }

    private static FuzzTarget of(String name) {
        return Arrays.stream(values())
                .filter(target -> target.toString().equals(name.trim()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no target of the fuzzer is called '" + name + "'; these are: " + Arrays.toString(values())));
    }

    String className() {
        return className;
    }

    /** The longest input worth a try. */
    int maxBytes() {
        return maxBytes;
    }

    /** The inputs that are kept: samples, and all that once broke something. */
    Path seeds() {
        return Path.of("src", "test", "resources", "fuzz", toString());
    }

    /** Tries one input. */
    void run(byte[] input) throws Throwable {
        MethodHandle target = MethodHandles.publicLookup()
                .findStatic(
                        Class.forName(className),
                        "fuzzerTestOneInput",
                        MethodType.methodType(void.class, byte[].class));
        target.invokeExact(input);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
