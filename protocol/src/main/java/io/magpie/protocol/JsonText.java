package io.magpie.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * JSON on its way into a buffer, in the bytes that Jackson's generator would write.
 *
 * <p>It is gathered in an array, since each write to a buffer is checked, which costs as much as twenty bytes in an array.
 * What can't be written here spoils what follows the last {@link #mark}; that is then taken back and left to Jackson.
 *
 * <p>Owned by the thread that made it, for one frame.
 */
final class JsonText {
    private static final int CAPACITY = 512;

    /** An escape. */
    private static final int MAX_PER_CHAR = 6;

    private static final int MAX_LONG = 19;
    private static final byte[] HEX = ascii("0123456789ABCDEF");

    private final ByteBuf out;
    private byte[] bytes = new byte[CAPACITY];
    private int length;
    private int mark;
    private boolean sound = true;

    JsonText(ByteBuf out) {
        this.out = out;
    }

    /** Text of ours as bytes, for {@link #raw}. */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Begins something that may be taken back. */
    void mark() {
        mark = out.writerIndex() + length;
        sound = true;
    }

    /** Appends what is JSON already. */
    JsonText raw(byte[] json) {
        if (json.length > CAPACITY) {
            flush();
            out.writeBytes(json);
        } else {
            reserve(json.length);
            System.arraycopy(json, 0, bytes, length, json.length);
            length += json.length;
        }
        return this;
    }

    /** Appends a string with its quotes. */
    JsonText text(String text) {
        reserve(MAX_PER_CHAR * text.length() + 2);
        bytes[length++] = '"';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                i += wide(text, i);
            } else if (c < ' ' || c == '"' || c == '\\') {
                escape(c);
            } else {
                bytes[length++] = (byte) c;
            }
        }
        bytes[length++] = '"';
        return this;
    }

    /** Appends a whole number that isn't negative. */
    JsonText number(long value) {
        sound &= value >= 0;
        reserve(MAX_LONG);
        int digits = 1;
        for (long power = 10; digits < MAX_LONG && value >= power; power *= 10) {
            digits++;
        }
        length += digits;
        long rest = value;
        for (int i = 1; i <= digits; i++) {
            bytes[length - i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return this;
    }

    /** What follows the mark can't be written here. */
    void spoil() {
        sound = false;
    }

    /** Whether nothing that follows the mark was spoilt; half a surrogate pair and a negative number are. */
    boolean sound() {
        return sound;
    }

    /** Takes back what follows the mark; the buffer, with all before it. */
    ByteBuf reset() {
        length = Math.max(0, mark - out.writerIndex());
        flush();
        return out.writerIndex(mark);
    }

    /** Moves all to the buffer. */
    void flush() {
        out.writeBytes(bytes, 0, length);
        length = 0;
    }

    /** Appends a character that isn't ASCII; how many more chars it took. */
    private int wide(String text, int i) {
        char c = text.charAt(i);
        if (c < 0x800) {
            bytes[length++] = (byte) (0xC0 | (c >> 6));
            bytes[length++] = (byte) (0x80 | (c & 0x3F));
            return 0;
        }
        if (!Character.isSurrogate(c)) {
            bytes[length++] = (byte) (0xE0 | (c >> 12));
            bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3F));
            bytes[length++] = (byte) (0x80 | (c & 0x3F));
            return 0;
        }
        int point = text.codePointAt(i);
        if (!Character.isSupplementaryCodePoint(point)) {
            spoil();
            return 0;
        }
        bytes[length++] = (byte) (0xF0 | (point >> 18));
        bytes[length++] = (byte) (0x80 | ((point >> 12) & 0x3F));
        bytes[length++] = (byte) (0x80 | ((point >> 6) & 0x3F));
        bytes[length++] = (byte) (0x80 | (point & 0x3F));
        return 1;
    }

    private void escape(char c) {
        bytes[length++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[length++] = (byte) c;
            case '\b' -> bytes[length++] = 'b';
            case '\t' -> bytes[length++] = 't';
            case '\n' -> bytes[length++] = 'n';
            case '\f' -> bytes[length++] = 'f';
            case '\r' -> bytes[length++] = 'r';
            default -> {
                bytes[length++] = 'u';
                bytes[length++] = '0';
                bytes[length++] = '0';
                bytes[length++] = HEX[c >> 4];
                bytes[length++] = HEX[c & 0xF];
            }
        }
    }

    private void reserve(int more) {
        if (more > bytes.length - length) {
            flush();
            bytes = more > bytes.length ? new byte[more] : bytes;
        }
    }
}
