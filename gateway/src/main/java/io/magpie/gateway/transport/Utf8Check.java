package io.magpie.gateway.transport;

import io.netty.buffer.ByteBuf;

/**
 * Checks UTF-8 that arrives in parts (RFC 3629 section 4: no overlong forms, no surrogates, nothing above U+10FFFF). What
 * has to be known between two parts is one number. Holds no state.
 */
final class Utf8Check {
    /** The state between characters: at the beginning, and at the end of a whole text. */
    static final int WHOLE = 0;

    /** The state after bytes that can't be part of any text. */
    static final int BROKEN = -1;

    private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

    private Utf8Check() {}

    /** The state after the readable bytes of a part, which is left as it is. */
    static int next(int state, ByteBuf part) {
        int at = part.readerIndex();
        int end = part.writerIndex();
        int now = state;
        while (at < end && now != BROKEN) {
            // Eight characters at once where they are ASCII, as most of every envelope is.
            if (now == WHOLE && end - at >= Long.BYTES && (part.getLong(at) & NOT_ASCII) == 0) {
                at += Long.BYTES;
            } else {
                now = next(now, part.getByte(at) & 0xFF);
                at++;
            }
        }
        return now;
    }

    private static int next(int state, int b) {
        if (state == WHOLE) {
            return b < 0x80 ? WHOLE : first(b);
        }
        int missing = state & 0xFF;
        int low = state >>> 8 & 0xFF;
        int high = state >>> 16;
        if (b < low || b > high) {
            return BROKEN;
        }
        return missing == 1 ? WHOLE : state(missing - 1, 0x80, 0xBF);
    }

    /** The state after the first byte of a longer character, which narrows what the second may be. */
    private static int first(int b) {
        if (b < 0xC2 || b > 0xF4) {
            return BROKEN;
        }
        if (b < 0xE0) {
            return state(1, 0x80, 0xBF);
        }
        return switch (b) {
            case 0xE0 -> state(2, 0xA0, 0xBF);
            case 0xED -> state(2, 0x80, 0x9F);
            case 0xF0 -> state(3, 0x90, 0xBF);
            case 0xF4 -> state(3, 0x80, 0x8F);
            default -> state(b < 0xF0 ? 2 : 3, 0x80, 0xBF);
        };
    }

    /** So many bytes are missing of a character, and the next of them lies in a range. */
    private static int state(int missing, int low, int high) {
        return missing | low << 8 | high << 16;
    }
}
