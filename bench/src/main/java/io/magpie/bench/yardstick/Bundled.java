package io.magpie.bench.yardstick;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file of the bench itself that a server needs. */
final class Bundled {
    private Bundled() {}

    /** Copies a file into a folder, which exists; gives its path. */
    static Path copy(String name, Path folder) throws IOException {
        Path target = folder.resolve(name);
        try (InputStream in = Bundled.class.getResourceAsStream("/yardstick/" + name)) {
            if (in == null) {
                throw new NoSuchFileException(name, null, "it isn't part of this jar");
            }
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
        return target;
    }
}
