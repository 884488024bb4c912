package io.magpie.bench.idle;

/**
 * The server's memory at one moment, after full collections.
 *
 * @param liveBytes of all live objects
 * @param heapUsedBytes of heap as the collector counts it
 * @param directBytes outside of the heap, of buffers
 * @param rssBytes resident memory of the process
 */
record Snapshot(ClassHistogram histogram, long liveBytes, long heapUsedBytes, long directBytes, long rssBytes) {}
