package io.magpie.bench.verify;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The keys of the gateway's configuration that say how the log is kept; named here and nowhere else. Stateless. */
final class LogSettings {
    /** Below so much free space the gateway has to answer {@code storage_full}. */
    private static final String MIN_FREE = "8MiB";

    private LogSettings() {}

    /** A log in a directory, or in memory. */
    static List<String> of(VerifyPlan.Log log, Path directory) {
        if (log.kind() == VerifyPlan.Log.Kind.MEMORY) {
            return List.of("log.kind=memory");
        }
        return List.of(
                "log.kind=disk",
                "log.directory=" + directory,
                "log.durability=" + log.durability().name().toLowerCase(Locale.ROOT),
                // What was trimmed would look lost.
                "log.messages=1000000000",
                "log.bytes=1024GiB");
    }

    /** On a small disk. */
    static List<String> small() {
        return List.of("log.min-free=" + MIN_FREE);
    }
}
