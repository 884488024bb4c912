package io.magpie.bench.compare.load;

/** Counters at one moment, read on the event loop of the load. */
record Snapshot(
        long nanos,
        long serverCpuNanos,
        long loadCpuNanos,
        long loadBusyNanos,
        long machineCpuNanos,
        long deliveries,
        long bytes,
        int published) {}
