package io.magpie.bench.compare;

import io.magpie.bench.yardstick.Launch;
import io.magpie.bench.yardstick.RunningServer;
import io.magpie.bench.yardstick.Yardstick;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Servers that run: each is started once and kept until the end, so that its compiler comes to rest. Closing it ends
 * them.
 *
 * <p>Owner: the main thread.
 */
final class ServerPool implements AutoCloseable {
    private final int cpu;
    private final boolean deflate;
    private final Path directory;
    private final Map<String, Started> servers = new LinkedHashMap<>();

    /**
     * A server that runs.
     *
     * <p>Owner: the main thread.
     */
    static final class Started {
        private final Yardstick yardstick;
        private final RunningServer server;
        private int nextRoom;
        private boolean warm;

        private Started(Yardstick yardstick, RunningServer server) {
            this.yardstick = yardstick;
            this.server = server;
        }

        Yardstick yardstick() {
            return yardstick;
        }

        RunningServer server() {
            return server;
        }

        /** Whether it was warmed up before; from now on it is. */
        boolean warm() {
            boolean before = warm;
            warm = true;
            return before;
        }

        /** The first of so many rooms that nobody was in yet. */
        int takeRooms(int count) {
            int first = nextRoom;
            nextRoom += count;
            return first;
        }
    }

    /**
     * A pool without servers.
     *
     * @param cpu the processor that all servers are pinned to
     * @param directory for the files of the servers
     */
    ServerPool(int cpu, boolean deflate, Path directory) {
        this.cpu = cpu;
        this.deflate = deflate;
        this.directory = directory;
    }

    /** @throws IOException if it doesn't start */
    Started get(Yardstick yardstick) throws IOException, InterruptedException {
        Started started = servers.get(yardstick.name());
        if (started == null) {
            Path home = Files.createDirectories(directory.resolve(yardstick.name()));
            started = new Started(yardstick, yardstick.start(new Launch(cpu, deflate, home)));
            servers.put(yardstick.name(), started);
        }
        return started;
    }

    @Override
    public void close() {
        servers.values().forEach(started -> started.server().close());
    }
}
