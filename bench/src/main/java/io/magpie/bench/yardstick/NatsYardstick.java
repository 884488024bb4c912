package io.magpie.bench.yardstick;

import io.magpie.bench.measure.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The NATS server with its WebSocket listener; its own compression is off. */
record NatsYardstick() implements Yardstick {
    private static final Program SERVER = Program.of("nats-server", "nats-server");
    private static final String CONFIG = "nats.conf";

    /** The server's own clients get a random port; a load doesn't answer its pings, so there are hardly any. */
    private static final String TEXT = """
            host: 127.0.0.1
            port: -1
            ping_interval: "1h"
            websocket {
              host: 127.0.0.1
              port: %d
              no_tls: true
              compression: false
            }
            """;

    @Override
    public String name() {
        return "nats";
    }

    @Override
    public Optional<String> missing() {
        return SERVER.missing();
    }

    @Override
    public boolean compiled() {
        return true;
    }

    @Override
    public Dialect dialect() {
        return NatsDialect.INSTANCE;
    }

    @Override
    public RunningServer start(Launch launch) throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        Files.writeString(launch.directory().resolve(CONFIG), TEXT.formatted(port));
        List<String> command = List.of(SERVER.word(), "-c", CONFIG);
        return ServerProcess.start(
                launch, new ServerProcess.Start(command, Map.of("GOMAXPROCS", "1"), log -> OptionalInt.of(port)));
    }
}
