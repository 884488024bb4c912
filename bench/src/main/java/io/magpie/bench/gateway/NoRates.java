package io.magpie.bench.gateway;

import java.util.Map;

/** What makes a gateway take as much as it is sent: load comes from few users, in few rooms. */
public final class NoRates {
    /** Variables for the gateway's environment; a configuration on its command line counts more. */
    public static final Map<String, String> ENVIRONMENT = Map.of(
            "MAGPIE_RATE_CONNECTION", "0",
            "MAGPIE_RATE_USER", "0",
            "MAGPIE_RATE_ROOM", "0",
            "MAGPIE_RATE_ADDRESS", "0",
            "MAGPIE_RATE_IN_FLIGHT", "100000");

    private NoRates() {}
}
