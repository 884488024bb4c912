package io.magpie.bench.idle;

import java.util.OptionalLong;

/**
 * The server's memory at one moment, after full collections.
 *
 * @param liveBytes of all live objects
 * @param heapUsedBytes of heap as the collector counts it
 * @param directBytes outside of the heap, of buffers
 * @param rssBytes resident memory of the process
 * @param nativeBytes that the C library has handed out, to BoringSSL among others; empty over ws, and where the JVM
 *     can't ask it
 */
record Snapshot(
        ClassHistogram histogram,
        long liveBytes,
        long heapUsedBytes,
        long directBytes,
        long rssBytes,
        OptionalLong nativeBytes) {}
