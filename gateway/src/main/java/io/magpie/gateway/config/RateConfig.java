package io.magpie.gateway.config;

/**
 * How many messages and signals may be sent in a second, and twice as many at once; 0: any number.
 *
 * @param connection on one connection
 * @param user by one user, on all connections
 * @param room in one room, by all
 * @param address from one address; an IPv6 network of 64 bits is one, and loopback is exempt
 * @param inFlight sends of one connection that wait for their answers; with more it isn't read until there are fewer
 */
public record RateConfig(int connection, int user, int room, int address, int inFlight) {
    static final RateConfig DEFAULTS = new RateConfig(20, 20, 100, 200, 64);

    public RateConfig {
        new Constraints()
                .range("connection", connection, 0, 1_000_000)
                .range("user", user, 0, 1_000_000)
                .range("room", room, 0, 10_000_000)
                .range("address", address, 0, 10_000_000)
                .range("in-flight", inFlight, 1, 100_000)
                .verify();
    }
}
