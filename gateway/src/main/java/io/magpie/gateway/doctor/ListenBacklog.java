package io.magpie.gateway.doctor;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel holds until it is accepted, and how many connections a proxy on this machine can make.
 *
 * @param backlog of the configuration
 */
record ListenBacklog(int backlog) {
    static final String WHAT = "backlog";
    static final String EPHEMERAL = "ephemeral ports";

    private static final Path SOMAXCONN = Path.of("/proc/sys/net/core/somaxconn");
    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})\\s+(\\d{1,5})");

    List<Finding> look() throws IOException {
        return List.of(
                Files.isReadable(SOMAXCONN)
                        ? judge(line(SOMAXCONN))
                        : Finding.skipped(WHAT, "this system has no " + SOMAXCONN),
                Files.isReadable(RANGE)
                        ? ports(line(RANGE))
                        : Finding.skipped(EPHEMERAL, "this system has no " + RANGE));
    }

    /** The line of a file below /proc/sys, which the kernel gives to one read as a whole or not at all. */
    private static String line(Path file) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            return String.valueOf(in.readLine());
        }
    }

    /** @param somaxconn by which listen(2) caps every backlog */
    Finding judge(String somaxconn) {
        int cap = Integer.parseInt(somaxconn.trim());
        String found = "listen.backlog " + backlog + ", net.core.somaxconn " + cap;
        return cap >= backlog
                ? Finding.ok(WHAT, found)
                : Finding.warn(
                        WHAT,
                        found,
                        "The kernel holds only " + cap
                                + ", so that some wait for a second or more when many come back at once:"
                                + " sysctl -w net.core.somaxconn=" + backlog + ".");
    }

    /** @param range the first and the last, as ip(7) has them */
    static Finding ports(String range) {
        Matcher ports = PORTS.matcher(range.trim());
        if (!ports.matches()) {
            return Finding.skipped(EPHEMERAL, RANGE + " doesn't say");
        }
        int first = Integer.parseInt(ports.group(1));
        int last = Integer.parseInt(ports.group(2));
        return Finding.ok(
                EPHEMERAL,
                String.format(
                        Locale.ROOT,
                        "%d to %d: a proxy makes at most %,d connections from one of its addresses to one of the gateway's",
                        first,
                        last,
                        Math.max(0, last - first + 1)));
    }
}
