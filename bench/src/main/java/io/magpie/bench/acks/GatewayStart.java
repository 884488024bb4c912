package io.magpie.bench.acks;

import io.magpie.bench.gateway.GatewayProcess;
import io.magpie.bench.gateway.LogMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How gateways are started. Immutable.
 *
 * @param command what runs one, for example {@code [./magpie, run]}
 * @param cpu the processor that they are pinned to, −1 for any
 * @param settings further keys, {@code KEY=VALUE}
 * @param directory for their data and logs; each gets a folder of its own
 */
record GatewayStart(List<String> command, int cpu, List<String> settings, Path directory) {
    /** @throws IOException if it doesn't start; the message has the end of its log */
    GatewayProcess start(LogMode log) throws IOException, InterruptedException {
        Path home = Files.createDirectories(directory.resolve(log.toString()));
        List<String> all = new ArrayList<>(
                List.of("listen.host=127.0.0.1", "listen.port=0", "management.port=0", "transport.loops=1"));
        all.addAll(log.settings(home.resolve("data")));
        all.addAll(settings);
        List<String> pinned = new ArrayList<>();
        if (cpu >= 0) {
            pinned.addAll(List.of("taskset", "-c", Integer.toString(cpu)));
        }
        pinned.addAll(command);
        // The JVM that runs the load, and the log line that tells the port.
        Map<String, String> environment =
                Map.of("JAVA_HOME", System.getProperty("java.home"), "MAGPIE_LOG_LEVEL", "INFO");
        return GatewayProcess.start(new GatewayProcess.Launch(pinned, all, environment, home.resolve("gateway.log")));
    }
}
