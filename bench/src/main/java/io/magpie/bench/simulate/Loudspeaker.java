package io.magpie.bench.simulate;

import io.magpie.bench.idle.PhoneBytes;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.Priority;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Publishes messages to rooms, one at a time, and waits until everybody has each. Owner: the main thread. */
final class Loudspeaker {
    private static final long TIMEOUT_NANOS = 60_000_000_000L;
    private static final long POLL_NANOS = 1_000_000;
    private static final int PAYLOAD = 128;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Map<EventLoop, LoopTally> loops;
    private int number;

    /** One message to all members of a room, in nanoseconds from the arrival of the publisher's frame. */
    record Round(long firstNanos, long lastNanos) {}

    Loudspeaker(Map<EventLoop, LoopTally> loops) {
        this.loops = loops;
    }

    /**
     * The first client of a group says something.
     *
     * @throws IllegalStateException if not every member gets it once within a minute
     */
    Round say(Population.Group group, int members) {
        number++;
        CompletableFuture.allOf(loops.entrySet().stream()
                        .map(loop ->
                                CompletableFuture.runAsync(() -> loop.getValue().begin(number), loop.getKey()))
                        .toArray(CompletableFuture[]::new))
                .join();
        SimulatedChannel speaker = group.speaker();
        byte[] frame = frame(group);
        long start = CompletableFuture.supplyAsync(
                        () -> {
                            long now = System.nanoTime();
                            speaker.say(frame);
                            return now;
                        },
                        speaker.eventLoop())
                .join();
        awaitReceipts(members, start);
        return new Round(first() - start, last() - start);
    }

    /** The medians and the worst of some rounds. */
    static SimulationResult.Broadcast summary(int members, Collection<Round> rounds) {
        return new SimulationResult.Broadcast(
                members,
                rounds.size(),
                median(rounds.stream().map(Round::firstNanos).toList()),
                median(rounds.stream().map(Round::lastNanos).toList()),
                rounds.stream().mapToLong(Round::lastNanos).max().orElse(0) / NANOS_PER_MILLI);
    }

    private static double median(Collection<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2) / NANOS_PER_MILLI;
    }

    private void awaitReceipts(int members, long start) {
        while (received() < members) {
            if (System.nanoTime() - start > TIMEOUT_NANOS) {
                throw new IllegalStateException(received() + " of " + members + " members got a message in a minute");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        int doubled = loops.values().stream().mapToInt(LoopTally::doubled).sum();
        if (received() > members || doubled > 0) {
            throw new IllegalStateException(
                    "a message for " + members + " members was received " + (received() + doubled) + " times");
        }
    }

    private int received() {
        return loops.values().stream().mapToInt(LoopTally::received).sum();
    }

    private long first() {
        return loops.values().stream()
                .filter(tally -> tally.received() > 0)
                .mapToLong(LoopTally::firstNanos)
                .min()
                .orElseThrow();
    }

    private long last() {
        return loops.values().stream()
                .filter(tally -> tally.received() > 0)
                .mapToLong(LoopTally::lastNanos)
                .max()
                .orElseThrow();
    }

    /** A message of 128 bytes without an id: nobody is told {@code ok}, so every text frame is a delivery. */
    private byte[] frame(Population.Group group) {
        String text = String.format("%-" + PAYLOAD + "d", number);
        Command send = new Command.Send(
                new Command.ToRoom(group.room()),
                null,
                null,
                Priority.NORMAL,
                new Body.Json(('"' + text + '"').getBytes(StandardCharsets.US_ASCII)));
        return PhoneBytes.command(null, send);
    }
}
