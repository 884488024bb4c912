package io.magpie.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Moves this process to a processor of its own, away from the servers. */
public final class Pinning {
    private Pinning() {}

    /**
     * Pins all threads of this process, and with them all that they will start.
     *
     * @param cpu the processor; −1 leaves everything as it is
     * @throws IOException if {@code taskset} isn't there or refuses
     */
    public static void pinThisProcess(int cpu) throws IOException, InterruptedException {
        if (cpu < 0) {
            return;
        }
        String pid = Long.toString(ProcessHandle.current().pid());
        Process taskset;
        try {
            taskset = new ProcessBuilder("taskset", "-acp", Integer.toString(cpu), pid)
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new IOException(
                    "taskset isn't installed (Debian: apt-get install util-linux); without it server and"
                            + " load can't be kept on processors of their own",
                    e);
        }
        String output = new String(taskset.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (taskset.waitFor() != 0) {
            throw new IOException("the load can't be pinned to processor " + cpu + ": " + output.strip());
        }
    }
}
