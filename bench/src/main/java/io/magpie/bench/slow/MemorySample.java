package io.magpie.bench.slow;

/**
 * What the server held at a moment, in bytes, and what both sides had used.
 *
 * @param second seconds since the start of the run
 * @param rss resident memory of the process
 * @param heap used heap, garbage included
 * @param direct memory outside the heap for buffers
 * @param queued what waits in the server for slow readers
 * @param kernel TCP buffers of the whole machine, both ends of each connection
 * @param behind members that are catching up
 * @param serverNanos CPU time of the process since its start
 * @param benchNanos CPU time of the load's loop since its start
 * @param machineNanos CPU time of all processes of the machine since it was started
 */
record MemorySample(
        double second,
        long rss,
        long heap,
        long direct,
        long queued,
        long kernel,
        long behind,
        long serverNanos,
        long benchNanos,
        long machineNanos) {}
