package io.magpie.bench.yardstick;

import java.nio.file.Path;

/**
 * Where and how to start a server.
 *
 * @param cpu the processor it is pinned to with {@code taskset -c}, or −1 for all
 * @param deflate whether permessage-deflate is accepted
 * @param directory for its files and its log; exists, and is empty or this server's own
 */
public record Launch(int cpu, boolean deflate, Path directory) {}
