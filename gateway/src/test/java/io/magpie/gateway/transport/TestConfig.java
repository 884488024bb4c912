package io.magpie.gateway.transport;

import io.magpie.gateway.config.ConfigLoader;
import io.magpie.gateway.config.GatewayConfig;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Configurations for tests. */
public final class TestConfig {
    private TestConfig() {}

    /**
     * The defaults, but a log in memory, no limits of rates, no drain, and newcomers also on a machine that is busy with
     * other things; with some keys set, as {@code --set} does.
     */
    public static GatewayConfig with(String... settings) {
        Stream<String> usual = Stream.of(
                "log.kind=memory",
                "rate.connection=0",
                "rate.user=0",
                "rate.room=0",
                "drain=0s",
                "overload.loop-lag=0s",
                "overload.heap=0");
        return ConfigLoader.load(
                Optional.empty(),
                Map.of(),
                Stream.concat(usual, Stream.of(settings)).toList());
    }

    /** On free ports of the loopback interface. */
    public static GatewayConfig onLoopback(String... settings) {
        Stream<String> ports = Stream.of("listen.host=127.0.0.1", "listen.port=0", "management.port=0");
        return with(Stream.concat(ports, Stream.of(settings)).toArray(String[]::new));
    }
}
