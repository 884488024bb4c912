package io.magpie.gateway.engine.disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.rocksdb.util.Environment;

/** The part of the storage library that isn't Java. */
public final class StorageLibrary {
    private StorageLibrary() {}

    /**
     * Puts it into a directory. A JVM that has that in {@code java.library.path} takes it from there; else the library
     * unpacks it into the temporary directory at each start, and after a kill leaves it there.
     *
     * @throws FileNotFoundException if there is none for this system
     */
    public static void unpack(Path directory) throws IOException {
        String name = Environment.getJniLibraryFileName("rocksdb");
        try (InputStream library = StorageLibrary.class.getClassLoader().getResourceAsStream(name)) {
            if (library == null) {
                throw new FileNotFoundException("the storage library isn't made for this system: " + name);
            }
            // Whole or not at all, and never changed under a process that has it open.
            Path part = directory.resolve(name + "." + ProcessHandle.current().pid() + ".part");
            Files.copy(library, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
