package io.magpie.bench.verify;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file system in memory that only the gateway sees, small enough to be filled. It is mounted in a mount namespace of
 * the gateway's own, so it ends with it; this process reaches it through {@code /proc}.
 *
 * @param directory where the gateway has its data
 */
record SmallDisk(Path directory) {
    private static final String SIZE = "64m";
    private static final String FILLER = "filler";
    private static final int CHUNK = 256 << 10;

    /** Why there can be none here; empty if there can. */
    static Optional<String> missing(Path directory) throws InterruptedException {
        try {
            Process trial = new ProcessBuilder(
                            "unshare", "-m", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return trial.waitFor() == 0
                    ? Optional.empty()
                    : Optional.of("a file system can't be mounted (it takes root and 'unshare -m')");
        } catch (IOException e) {
            return Optional.of("there is no unshare program");
        }
    }

    /** What a command has to stand behind to see it; the process is the command's own. */
    List<String> wrapper() {
        return List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount -t tmpfs -o size=" + SIZE + " tmpfs \"$0\" && exec \"$@\"",
                directory.toString());
    }

    /** Fills it to the last byte. */
    void fill(long pid) throws IOException {
        byte[] chunk = new byte[CHUNK];
        try (OutputStream out = Files.newOutputStream(filler(pid))) {
            while (true) {
                out.write(chunk);
            }
        } catch (IOException e) {
            if (!Files.exists(filler(pid))) {
                throw e;
            }
        }
    }

    /** Makes room again. */
    void free(long pid) throws IOException {
        Files.deleteIfExists(filler(pid));
    }

    private Path filler(long pid) {
        return Path.of("/proc/" + pid + "/root" + directory.toAbsolutePath()).resolve(FILLER);
    }
}
