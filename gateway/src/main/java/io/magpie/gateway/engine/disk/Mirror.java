package io.magpie.gateway.engine.disk;

import io.magpie.gateway.support.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A directory of links to a log's files. The library writes its own notes where it opens something, even to read it;
 * here it can't touch what may be damaged. Belongs to its caller.
 */
final class Mirror implements AutoCloseable {
    private final Path original;
    private final Path path;

    private Mirror(Path original, Path path) {
        this.original = original;
        this.path = path;
    }

    /** Of those files of a directory that are wanted. */
    static Mirror of(Path directory, Predicate<String> wanted) throws IOException {
        Path original = directory.toRealPath();
        Mirror mirror = new Mirror(original, Files.createTempDirectory("magpie-log"));
        for (Path file : files(original)) {
            String name = String.valueOf(file.getFileName());
            if (wanted.test(name)) {
                Files.createSymbolicLink(mirror.path.resolve(name), file);
            }
        }
        return mirror;
    }

    static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    Path path() {
        return path;
    }

    /** With the paths of the files that are meant. */
    String original(String message) {
        return message.replace(path.toString(), original.toString());
    }

    @Override
    public void close() throws IOException {
        DurableFiles.deleteAll(path);
    }
}
