package io.magpie.bench.compare.load;

import java.nio.ByteBuffer;

/**
 * The stream of messages that the members of one room get, as the member that is furthest ahead got it: what the others
 * get is compared with. Remembers the last {@value #FRAMES} frames, one after the other without gaps.
 *
 * <p>Owner: the event loop of the load.
 */
final class RoomLog {
    static final int FRAMES = 4096;

    private final LoggedFrame[] ring = new LoggedFrame[FRAMES];
    private long frames;
    private long end;

    /** How many messages the stream has so far. */
    long end() {
        return end;
    }

    /**
     * The frame with this number, counted from 0 on; {@link LoggedFrame#NONE} if the stream isn't that long.
     *
     * @throws DeliveryFault if it is forgotten: a member is too far behind
     */
    LoggedFrame frame(long number) throws DeliveryFault {
        if (number >= frames) {
            return LoggedFrame.NONE;
        }
        if (number < frames - FRAMES) {
            throw new DeliveryFault("a member is more than " + FRAMES + " frames behind the others");
        }
        return ring[(int) (number % FRAMES)];
    }

    /**
     * Compares messages that a member got with the stream, whichever way they were cut into frames.
     *
     * @param from a frame that isn't behind the position
     * @param position how many messages the member had before
     * @return how many of them the stream has; the rest is new
     * @throws DeliveryFault if the member should have got another message
     */
    int check(long from, long position, int[] messages) throws DeliveryFault {
        long number = from;
        for (int i = 0; i < messages.length; i++) {
            long at = position + i;
            if (at >= end) {
                return i;
            }
            number = frameAt(number, at);
            LoggedFrame frame = frame(number);
            int expected = frame.messages()[(int) (at - frame.start())];
            if (expected != messages[i]) {
                throw new DeliveryFault(mismatch(expected, messages[i], at));
            }
        }
        return messages.length;
    }

    /**
     * The number of the frame that has the message at a position, or of the next one if the stream ends there.
     *
     * @param from a frame that isn't behind the position
     */
    long frameAt(long from, long position) throws DeliveryFault {
        long number = from;
        while (number < frames && frame(number).end() <= position) {
            number++;
        }
        return number;
    }

    /** Makes the stream longer. */
    void append(int[] messages, ByteBuffer bytes) {
        ring[(int) (frames % FRAMES)] = new LoggedFrame(end, messages, bytes);
        frames++;
        end += messages.length;
    }

    /**
     * Takes over the bytes of a frame with messages that are all known, if it was cut alike: the publisher's frame may
     * differ from all others by an acknowledgement, and the next members shall find the common form.
     */
    void alsoSeen(long number, long position, int[] messages, ByteBuffer bytes) throws DeliveryFault {
        LoggedFrame frame = frame(number);
        if (frame.start() == position && frame.messages().length == messages.length) {
            ring[(int) (number % FRAMES)] = new LoggedFrame(position, frame.messages(), bytes);
        }
    }

    private String mismatch(int expected, int got, long position) {
        return wasBefore(got, position)
                ? "message " + got + " came again, where " + expected + " was due"
                : "message " + got + " came where " + expected + " was due: lost or out of order";
    }

    private boolean wasBefore(int message, long position) {
        for (long number = Math.max(0, frames - FRAMES); number < frames; number++) {
            LoggedFrame frame = ring[(int) (number % FRAMES)];
            for (int i = 0; i < frame.messages().length; i++) {
                if (frame.messages()[i] == message && frame.start() + i < position) {
                    return true;
                }
            }
        }
        return false;
    }
}
