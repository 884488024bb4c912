package io.magpie.bench.gateway;

import java.util.Map;

/** What makes a gateway fit for a bench: it takes as much as it is sent by few, in few rooms, and ends at once. */
public final class BenchEnvironment {
    /** Variables for the gateway's environment; a configuration on its command line counts more. */
    public static final Map<String, String> VARIABLES = Map.of(
            "MAGPIE_DRAIN", "0s",
            "MAGPIE_RATE_CONNECTION", "0",
            "MAGPIE_RATE_USER", "0",
            "MAGPIE_RATE_ROOM", "0",
            "MAGPIE_RATE_ADDRESS", "0",
            "MAGPIE_RATE_IN_FLIGHT", "100000");

    private BenchEnvironment() {}
}
