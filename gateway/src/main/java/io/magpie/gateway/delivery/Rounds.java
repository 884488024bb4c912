package io.magpie.gateway.delivery;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The batches on their way to the members of one loop, numbered in the order in which the room posted them. A member
 * that lacks several gets them in one write: their frames are copied behind each other once for all members that lack
 * the same. Belongs to the loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Rounds {
    private final ArrayDeque<Round> waiting = new ArrayDeque<>(2);
    private final List<Run> runs = new ArrayList<>(0);
    private long newest;

    /** The seq of the newest message that has come here, or that a joiner has been told of. */
    private long head;

    /** One batch on its way. Belongs to the loop. */
    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Round {
        final EncodedBatch batch;

        /** Members that haven't been visited since it came. */
        int unvisited;

        /** Ends of passes until it has come to everybody. */
        int passes;

        Round(EncodedBatch batch, int unvisited, int passes) {
            this.batch = batch;
            this.unvisited = unvisited;
            this.passes = passes;
        }
    }

    /**
     * The batches from one round to the newest, as members of one format get them.
     *
     * @param first the number of the first of these rounds
     * @param last the number of the last one, the newest when this was made
     * @param oldest whether no older one is on its way, so that it is the first for all who have none of them
     * @param frames of all of them, in one buffer; null if there is nothing for the format
     * @param copied whether that buffer is the run's own
     * @param messages how many they hold, signals included
     * @param signals how many of these who reads slowly misses for good
     * @param after what a member has that lacks them: the seq before the first message, or {@link #NO_MESSAGE}
     */
    record Run(
            long first,
            long last,
            boolean oldest,
            FrameFormat format,
            @Nullable ByteBuf frames,
            boolean copied,
            int messages,
            int signals,
            long after) {
        /** In place of a seq: there are only signals. */
        static final long NO_MESSAGE = -1;

        /** Whether this is what a member of a format lacks whose last round has a number. */
        boolean fits(long had, FrameFormat format) {
            return this.format == format && (had + 1 == first || (oldest && had < first));
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The number of the newest round, also after it has ended; who has it lacks nothing. */
    long newest() {
        return newest;
    }

    /**
     * Takes a batch over, with a reference of the caller's.
     *
     * @param members who isn't new to the room by now
     * @param passes how often the visit of all members has to end until everybody was visited with it
     */
    void add(EncodedBatch batch, int members, int passes) {
        waiting.add(new Round(batch, members, passes));
        newest++;
        if (!batch.droppable()) {
            head = batch.last();
        }
    }

    /** A joiner has everything up to a seq. */
    void joinedAt(long seq) {
        head = Math.max(head, seq);
    }

    /** The seq of the newest message that any member can have. */
    long head() {
        return head;
    }

    /** The seq of the last message that a live member has whose last round has a number. */
    long position(long had) {
        long number = newest - waiting.size();
        for (Round round : waiting) {
            number++;
            if (number > had && !round.batch.droppable()) {
                return round.batch.after();
            }
        }
        return head;
    }

    /**
     * What a member lacks.
     *
     * @param had the number of the last round that it has, less than {@link #newest()}
     * @return valid until {@link #visited} is called
     */
    Run after(long had, FrameFormat format) {
        for (Run run : runs) {
            if (run.last() == newest && run.fits(had, format)) {
                return run;
            }
        }
        Run run = run(had, format);
        runs.add(run);
        return run;
    }

    private Run run(long had, FrameFormat format) {
        long oldest = newest - waiting.size() + 1;
        long first = Math.max(had + 1, oldest);
        List<ByteBuf> parts = new ArrayList<>(1);
        int messages = 0;
        int signals = 0;
        long after = Run.NO_MESSAGE;
        long number = oldest;
        for (Round round : waiting) {
            EncodedBatch batch = round.batch;
            ByteBuf frames = number < first ? null : batch.frames(format);
            number++;
            if (frames != null && frames.isReadable()) {
                parts.add(frames);
                messages += batch.messages();
                signals += batch.droppable() ? batch.messages() : 0;
                after = after == Run.NO_MESSAGE && !batch.droppable() ? batch.after() : after;
            }
        }
        boolean copied = parts.size() > 1;
        ByteBuf frames = copied ? joined(parts) : parts.isEmpty() ? null : parts.get(0);
        return new Run(first, newest, first == oldest, format, frames, copied, messages, signals, after);
    }

    private static ByteBuf joined(List<ByteBuf> parts) {
        int bytes = parts.stream().mapToInt(ByteBuf::readableBytes).sum();
        ByteBuf all = parts.get(0).alloc().buffer(bytes);
        parts.forEach(part -> all.writeBytes(part, part.readerIndex(), part.readableBytes()));
        return all;
    }

    private void forgetRuns(Predicate<Run> which) {
        runs.removeIf(run -> {
            boolean gone = which.test(run);
            if (gone && run.copied() && run.frames() != null) {
                run.frames().release();
            }
            return gone;
        });
    }

    /** So many more members were visited; {@code flushed} gets the begin of each batch that everybody has by now. */
    void visited(int members, LongConsumer flushed) {
        for (Round round : waiting) {
            if (round.unvisited > 0) {
                round.unvisited -= members;
                if (round.unvisited <= 0) {
                    flushed.accept(round.batch.oldestNanos());
                }
            }
        }
        forgetRuns(run -> run.last() < newest);
    }

    /** The visit of all members has ended; batches that came before it began are done. */
    void passed() {
        forgetRuns(run -> true);
        for (Iterator<Round> rounds = waiting.iterator(); rounds.hasNext(); ) {
            Round round = rounds.next();
            round.passes--;
            if (round.passes <= 0) {
                rounds.remove();
                round.batch.release();
            }
        }
    }

    /** Lets go of everything. */
    void clear() {
        forgetRuns(run -> true);
        waiting.forEach(round -> round.batch.release());
        waiting.clear();
    }
}
