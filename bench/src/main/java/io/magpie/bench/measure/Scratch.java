package io.magpie.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

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

    /** Removes a folder with all that is in it. */
    public static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
