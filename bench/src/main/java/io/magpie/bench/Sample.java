package io.magpie.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fleet, bench and server at one moment; two of them make an interval.
 *
 * @param time nanoseconds on the clock of the run
 * @param deliveries so far
 * @param loopCpu nanoseconds of CPU that each loop has used so far
 * @param benchCpu nanoseconds of CPU that the bench's process has used so far
 * @param server null if there is no probe, or no process any more
 */
record Sample(long time, long deliveries, List<Long> loopCpu, long benchCpu, ServerProbe.@Nullable Sample server) {}
