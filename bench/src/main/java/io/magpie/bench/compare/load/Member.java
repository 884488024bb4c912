package io.magpie.bench.compare.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection: how far it is in its room's stream, and the beginning of a frame whose rest hasn't come.
 *
 * <p>Owner: the event loop of the load.
 */
final class Member {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final int number;
    private final Room room;
    private final boolean reads;
    private ByteBuffer rest = NOTHING;
    private long frame;
    private long position;
    private @Nullable Channel channel;

    /**
     * A member that isn't connected yet.
     *
     * @param number within its crowd, from 0
     * @param reads whether it goes on reading when it is in
     */
    Member(int number, Room room, boolean reads) {
        this.number = number;
        this.room = room;
        this.reads = reads;
    }

    int number() {
        return number;
    }

    Room room() {
        return room;
    }

    boolean reads() {
        return reads;
    }

    /** The number of the frame of the room's log that it gets next, if it gets the same frames as the others. */
    long frame() {
        return frame;
    }

    /** How many messages of the room's stream it has got. */
    long position() {
        return position;
    }

    void moveTo(long newPosition, long newFrame) {
        position = newPosition;
        frame = newFrame;
    }

    void connected(Channel opened) {
        channel = opened;
    }

    /** The received bytes from where reading goes on: the rest of the time before, if there is any, and the new ones. */
    ByteBuffer withRest(ByteBuffer received) {
        if (rest.capacity() == 0) {
            return received;
        }
        ByteBuffer all = ByteBuffer.allocate(rest.remaining() + received.remaining());
        all.put(rest).put(received).flip();
        rest = NOTHING;
        return all;
    }

    /** Keeps a copy of what isn't a whole frame yet. */
    void keepRest(ByteBuffer in, int from, int limit) {
        if (from < limit) {
            byte[] copy = new byte[limit - from];
            in.get(from, copy);
            rest = ByteBuffer.wrap(copy);
        }
    }

    /** Writes and flushes; releases the buffer in any case. */
    void send(ByteBuf frames) {
        if (channel == null) {
            frames.release();
        } else {
            channel.writeAndFlush(frames);
        }
    }

    /** Leaves what arrives in the kernel from now on. */
    void stopReading() {
        if (channel != null) {
            channel.config().setAutoRead(false);
        }
    }

    /** Ends the connection with a reset, so that no port waits for its time-out. */
    void close() {
        if (channel != null) {
            channel.close();
        }
    }
}
