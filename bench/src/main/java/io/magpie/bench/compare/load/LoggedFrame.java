package io.magpie.bench.compare.load;

import java.nio.ByteBuffer;

/** A frame of a room's stream as a member got it. Immutable, if nobody changes the array and the buffer. */
final class LoggedFrame {
    /** Stands for a frame that isn't there yet; equals nothing. */
    static final LoggedFrame NONE = new LoggedFrame(-1, new int[0], ByteBuffer.allocate(0));

    private final long start;
    private final int[] messages;
    private final ByteBuffer bytes;

    /**
     * A frame.
     *
     * @param start how many messages the stream has before it
     * @param messages the numbers of its messages, in order; at least one
     * @param bytes the frame with its header; empty if no whole frame has just these messages
     */
    LoggedFrame(long start, int[] messages, ByteBuffer bytes) {
        this.start = start;
        this.messages = messages;
        this.bytes = bytes;
    }

    /** How many messages the stream has before it. */
    long start() {
        return start;
    }

    /** How many messages the stream has with it. */
    long end() {
        return start + messages.length;
    }

    /** The numbers of its messages; not to be changed. */
    int[] messages() {
        return messages;
    }

    /** Whether the bytes from {@code from} to {@code to} are this frame. */
    boolean hasBytes(ByteBuffer in, int from, int to) {
        if (bytes.remaining() != to - from) {
            return false;
        }
        boolean same = bytes.equals(in.limit(to).position(from));
        in.clear();
        return same;
    }
}
