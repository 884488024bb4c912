package io.magpie.bench.measure;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder for the time of a run; closing it removes it with all that is in it.
 *
 * @param path of the folder
 */
public record Scratch(Path path) implements AutoCloseable {
    /** Makes a new folder in one that exists. */
    public static Scratch in(Path parent, String prefix) throws IOException {
        return new Scratch(Files.createTempDirectory(parent, prefix));
    }

    @Override
    public void close() throws IOException {
        delete(path);
    }

    /** The folder that was asked for, or else a new one. */
    public static Path orAsked(@Nullable Path asked, String prefix) throws IOException {
        return asked == null ? Files.createTempDirectory(prefix) : Files.createDirectories(asked);
    }

    /**
     * Ends a run that wrote into a folder: removes it, or says where it is.
     *
     * @param removes whether nobody wants it any more
     */
    public static void leave(Path folder, boolean removes, PrintWriter err) throws IOException {
        if (removes) {
            delete(folder);
        } else {
            err.println("all that was written is in " + folder);
        }
    }

    /** Removes a folder with all that is in it, or a file, if it is there. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
