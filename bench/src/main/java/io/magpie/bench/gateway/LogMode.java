package io.magpie.bench.gateway;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Where a gateway keeps its messages, and when it says {@code ok}. Every gateway that the bench starts is told one of
 * these, so that none keeps data in the working directory.
 */
public enum LogMode {
    /** In memory: gone with the process. */
    MEMORY("memory"),
    /** On a disk; {@code ok} when the operating system has it. */
    PROCESS("disk, process"),
    /** On a disk; {@code ok} when the disk has it. */
    FSYNC("disk, fsync");

    private final String title;

    LogMode(String title) {
        this.title = title;
    }

    /** As it stands in tables. */
    public String title() {
        return title;
    }

    /** The settings for a gateway that is to leave nothing behind, each {@code key=value}. */
    public static List<String> memory() {
        return MEMORY.settings(Path.of(""));
    }

    /**
     * The settings for a gateway, each {@code key=value}.
     *
     * @param directory for its data, if it keeps any; need not exist
     */
    public List<String> settings(Path directory) {
        return this == MEMORY
                ? List.of("log.kind=memory")
                : List.of(
                        "log.kind=disk",
                        "log.directory=" + directory.toAbsolutePath(),
                        "log.durability=" + name().toLowerCase(Locale.ROOT));
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
