package io.magpie.gateway.transport;

import io.magpie.gateway.config.ConfigLoader;
import io.magpie.gateway.config.GatewayConfig;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Configurations for tests. */
public final class TestConfig {
    private TestConfig() {}

    /** The defaults, but a log on memory no limits of rates and no drain, with some keys set, as {@code --set} does. */
    public static GatewayConfig with(String... settings) {
        Stream<String> memory =
                Stream.of("log.kind=memory", "rate.connection=0", "rate.user=0", "rate.room=0", "drain=0s");
        return ConfigLoader.load(
                Optional.empty(),
                Map.of(),
                Stream.concat(memory, Stream.of(settings)).toList());
    }

    /** On free ports of the loopback interface. */
    public static GatewayConfig onLoopback(String... settings) {
        Stream<String> ports = Stream.of("listen.host=127.0.0.1", "listen.port=0", "management.port=0");
        return with(Stream.concat(ports, Stream.of(settings)).toArray(String[]::new));
    }
}
