package io.magpie.bench.compare.load;

/**
 * How a crowd got in.
 *
 * @param members how many
 * @param nanos from the first connect until the last member was in
 * @param serverCpuNanos CPU time of the server's processes in it
 * @param loadBusyNanos how long the load had something to do in it
 * @param secured what became of the members' handshakes
 */
public record Entrance(int members, long nanos, long serverCpuNanos, long loadBusyNanos, Secured secured) {}
