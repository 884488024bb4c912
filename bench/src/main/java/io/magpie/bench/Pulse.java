package io.magpie.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * How a loop, or the whole fleet, is doing at a moment. A copy.
 *
 * @param ramping whether connections are still being opened
 * @param pacing whether messages are still to be sent
 * @param loopCpu nanoseconds of CPU that each loop has used so far
 */
record Pulse(Counts counts, RoomSums rooms, boolean ramping, boolean pacing, List<Long> loopCpu) {
    /** The pulse of the fleet; {@code loops} has one at least. */
    static Pulse merge(List<Pulse> loops) {
        Counts counts = new Counts();
        RoomSums rooms = loops.get(0).rooms.copy();
        List<Long> cpu = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            Pulse loop = loops.get(i);
            counts.addAll(loop.counts);
            cpu.addAll(loop.loopCpu);
            if (i > 0) {
                rooms.addAll(loop.rooms);
            }
        }
        return new Pulse(
                counts,
                rooms,
                loops.stream().anyMatch(Pulse::ramping),
                loops.stream().anyMatch(Pulse::pacing),
                cpu);
    }

    /**
     * Whether every message has been answered and every delivery has come.
     *
     * @param acknowledged whether there are answers at all
     */
    boolean settled(boolean acknowledged) {
        long answers = counts.get(Count.ACKNOWLEDGED) + counts.get(Count.ERRORS);
        boolean answered = !acknowledged || answers >= counts.get(Count.SENT);
        return answered && counts.get(Count.DELIVERED) >= rooms.expected();
    }
}
