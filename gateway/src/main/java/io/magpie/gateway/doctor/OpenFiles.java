package io.magpie.gateway.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many files the process may open: each connection is one. The JVM raises its soft limit to the hard one when it
 * starts, so what stands here for this process stands for a gateway that is started in the same way.
 *
 * @param connections that the configuration allows
 */
record OpenFiles(int connections) {
    static final String WHAT = "open files";

    /** For the log, the jar, the libraries and the event loops. */
    static final int SLACK = 1_000;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern LINE = Pattern.compile("^Max open files\\s+(\\d+|unlimited)\\s", Pattern.MULTILINE);

    List<Finding> look() throws IOException {
        return List.of(
                Files.isReadable(LIMITS)
                        ? judge(Files.readString(LIMITS))
                        : Finding.skipped(WHAT, "this system has no " + LIMITS));
    }

    /** @param limits as proc(5) has them */
    Finding judge(String limits) {
        Matcher line = LINE.matcher(limits);
        if (!line.find()) {
            return Finding.skipped(WHAT, LIMITS + " doesn't say");
        }
        long needed = (long) connections + SLACK;
        if (line.group(1).equals("unlimited")) {
            return Finding.ok(WHAT, "no limit");
        }
        long limit = Long.parseLong(line.group(1));
        String found =
                String.format(Locale.ROOT, "limit %,d; limits.connections %,d needs %,d", limit, connections, needed);
        return limit >= needed
                ? Finding.ok(WHAT, found)
                : Finding.fail(
                        WHAT,
                        found,
                        String.format(
                                Locale.ROOT,
                                "Raise it (ulimit -n, LimitNOFILE= of systemd, --ulimit nofile= of docker), or set"
                                        + " limits.connections to %,d: beyond the limit no connection is accepted, and the log"
                                        + " can't open its files.",
                                Math.max(1, limit - SLACK)));
    }
}
