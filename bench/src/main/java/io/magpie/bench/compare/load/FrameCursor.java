package io.magpie.bench.compare.load;

import java.nio.ByteBuffer;

/**
 * Finds the frames of a WebSocket server in a buffer, without copying. The position of the buffer isn't used or changed.
 *
 * <p>Owner: the event loop of the load.
 */
final class FrameCursor {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;

    private static final int FIN = 0x80;
    private static final int COMPRESSED = 0x40;
    private static final int RESERVED = 0x30;
    private static final int OPCODE = 0x0f;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7f;
    private static final int SHORT_LENGTH = 126;
    private static final int LONG_LENGTH = 127;
    private static final int MAX_PAYLOAD = 16 << 20;

    private int opcode;
    private boolean compressed;
    private int start;
    private int payload;
    private int end;

    /**
     * Goes to the frame that begins at {@code from}.
     *
     * @param limit where the received bytes end
     * @return whether all of the frame is there; if not, nothing else of this object may be read
     * @throws DeliveryFault if it is no frame that a server may send here; none of the compared servers fragments
     */
    boolean at(ByteBuffer in, int from, int limit) throws DeliveryFault {
        if (limit - from < 2) {
            return false;
        }
        int first = in.get(from);
        int second = in.get(from + 1);
        if ((first & FIN) == 0 || (first & RESERVED) != 0 || (second & MASKED) != 0) {
            throw new DeliveryFault("a fragmented, reserved or masked frame came");
        }
        int length = second & LENGTH;
        int header = length == LONG_LENGTH ? 10 : length == SHORT_LENGTH ? 4 : 2;
        if (limit - from < header) {
            return false;
        }
        long size = length == LONG_LENGTH
                ? in.getLong(from + 2)
                : length == SHORT_LENGTH ? Short.toUnsignedInt(in.getShort(from + 2)) : length;
        if (size < 0 || size > MAX_PAYLOAD) {
            throw new DeliveryFault("a frame of " + Long.toUnsignedString(size) + " bytes came");
        }
        opcode = first & OPCODE;
        compressed = (first & COMPRESSED) != 0;
        start = from;
        payload = from + header;
        end = payload + (int) size;
        return end <= limit;
    }

    int opcode() {
        return opcode;
    }

    /** Whether it carries messages: text or binary. */
    boolean isData() {
        return opcode == TEXT || opcode == BINARY;
    }

    boolean compressed() {
        return compressed;
    }

    /** Where its header begins. */
    int start() {
        return start;
    }

    /** Where its payload begins. */
    int payload() {
        return payload;
    }

    /** Where the next frame begins. */
    int end() {
        return end;
    }

    /** A copy of the payload. */
    byte[] copyPayload(ByteBuffer in) {
        byte[] copy = new byte[end - payload];
        in.get(payload, copy);
        return copy;
    }
}
