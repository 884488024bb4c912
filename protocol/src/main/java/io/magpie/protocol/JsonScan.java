package io.magpie.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks over JSON in UTF-8 without making anything of it, and is sure of what it has passed.
 *
 * <p>It never takes what {@link JsonSource} and Jackson's parser refuse. It says no to some that they take, where it would
 * have to think: long numbers, exponents, names with escapes, many fields. So a no isn't yet a fault of the frame: the
 * strict path decides. After a no the scan is of no more use.
 *
 * <p>Owned by the thread that made it, for one frame.
 */
final class JsonScan {
    /** Names of all objects that are open; to compare each with so many others is still cheap. */
    private static final int MAX_NAMES = 32;

    /** Digits with which every whole number is within 2^53 - 1. */
    private static final int MAX_WHOLE = 15;

    /** No byte; a NUL may be nowhere in a frame. */
    private static final byte END = 0;

    private static final int[] NO_NAMES = {};

    /** Eight bytes as one number, the first the lowest. */
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;

    private final byte[] bytes;
    private final int depth;
    private int[] names = NO_NAMES;
    private int named;
    private int at;
    private int from;
    private boolean escaped;

    /** @param depth objects and arrays that may be open at once */
    JsonScan(byte[] bytes, int depth) {
        this.bytes = bytes;
        this.depth = depth;
    }

    /** The offset of the byte that comes next. */
    int at() {
        return at;
    }

    /** Passes over whitespace; whether nothing else comes. */
    boolean ended() {
        return peek() == END && at == bytes.length;
    }

    /** Passes over whitespace and this one character, if it is what comes. */
    boolean next(char token) {
        boolean comes = peek() == token;
        at += comes ? 1 : 0;
        return comes;
    }

    /** Passes over whitespace; the byte that comes then. */
    byte peek() {
        while (at < bytes.length) {
            byte b = bytes[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b;
            }
            at++;
        }
        return END;
    }

    /** Passes over a value; {@code open} objects and arrays are around it. */
    boolean value(int open) {
        return switch (peek()) {
            case '"' -> string();
            case '{' -> open < depth && object(open + 1);
            case '[' -> open < depth && array(open + 1);
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> number();
        };
    }

    /** Passes over a string without escapes; the string, or an empty one if it is longer, empty or something else. */
    String text(int maxBytes) {
        return plain(maxBytes) ? new String(bytes, from, at - 1 - from, StandardCharsets.UTF_8) : "";
    }

    /** Passes over such a string of at most 8 bytes; they are the digits of the result, which is 0 if there is none. */
    long word() {
        return plain(Long.BYTES) ? word(bytes, from, at - 1) : 0;
    }

    /** What {@link #word()} gives for this string. */
    static long word(String ascii) {
        byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
        return word(bytes, 0, bytes.length);
    }

    private static long word(byte[] bytes, int from, int to) {
        long word = 0;
        for (int i = from; i < to; i++) {
            word = (word << Byte.SIZE) | (bytes[i] & 0xFF);
        }
        return word;
    }

    /** Passes over a whole number of few digits and no sign; the number, or -1 if it is something else. */
    long whole() {
        peek();
        int start = at;
        long value = 0;
        while (digit(at) && at - start < MAX_WHOLE) {
            value = value * 10 + bytes[at] - '0';
            at++;
        }
        boolean sound = at > start && (at == start + 1 || bytes[start] != '0');
        return sound ? value : -1;
    }

    private boolean object(int open) {
        int first = named;
        at++;
        if (next('}')) {
            return true;
        }
        do {
            if (!name(first) || !next(':') || !value(open)) {
                return false;
            }
        } while (next(','));
        named = first;
        return next('}');
    }

    private boolean array(int open) {
        at++;
        if (next(']')) {
            return true;
        }
        do {
            if (!value(open)) {
                return false;
            }
        } while (next(','));
        return next(']');
    }

    /** Passes over the name of a field; no other of its object, whose names begin at {@code first}, may be the same. */
    private boolean name(int first) {
        if (named == MAX_NAMES || !plain(FrameRules.MAX_NAME)) {
            return false;
        }
        for (int i = first; i < named; i++) {
            // With the closing quote, so that the beginning of a name isn't taken for the name.
            if (Arrays.equals(bytes, names[i], names[i] + at - from, bytes, from, at)) {
                return false;
            }
        }
        if (names.length == 0) {
            names = new int[MAX_NAMES];
        }
        names[named++] = from;
        return true;
    }

    private boolean plain(int maxBytes) {
        return peek() == '"' && string() && !escaped && at - 1 - from <= maxBytes;
    }

    /** Passes over the string at whose opening quote this is. */
    private boolean string() {
        from = at + 1;
        escaped = false;
        for (int i = afterPlain(from); i < bytes.length; ) {
            byte b = bytes[i];
            if (b == '"') {
                at = i + 1;
                return true;
            }
            escaped |= b == '\\';
            int length = JsonCharacters.length(bytes, i);
            if (length == 0) {
                return false;
            }
            i = afterPlain(i + length);
        }
        return false;
    }

    /**
     * Steps over characters that stand for themselves, as long as there are eight bytes to look at. The top bit of a byte
     * is set if it is below a space, a quote, a backslash or not ASCII; a borrow may set it in later bytes only.
     */
    private int afterPlain(int start) {
        int i = start;
        while (i <= bytes.length - Long.BYTES) {
            long eight = (long) EIGHT.get(bytes, i);
            long odd = (eight - ' ' * ONES) | ((eight ^ '"' * ONES) - ONES) | ((eight ^ '\\' * ONES) - ONES) | eight;
            odd &= TOPS;
            if (odd != 0) {
                return i + Long.numberOfTrailingZeros(odd) / Byte.SIZE;
            }
            i += Long.BYTES;
        }
        return i;
    }

    /** Passes over a number that is short enough to be within all limits. */
    private boolean number() {
        int start = at;
        at += byteAt(at) == '-' ? 1 : 0;
        boolean zero = byteAt(at) == '0';
        int whole = digits();
        boolean sound = zero ? whole == 1 : whole > 0;
        if (byteAt(at) == '.') {
            at++;
            sound &= digits() > 0;
        }
        return sound && at - start <= FrameRules.MAX_DIGITS;
    }

    /** Passes over digits; how many. */
    private int digits() {
        int start = at;
        while (digit(at)) {
            at++;
        }
        return at - start;
    }

    private boolean digit(int i) {
        byte b = byteAt(i);
        return b >= '0' && b <= '9';
    }

    private boolean literal(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (byteAt(at + i) != word.charAt(i)) {
                return false;
            }
        }
        at += word.length();
        return true;
    }

    private byte byteAt(int i) {
        return i < bytes.length ? bytes[i] : END;
    }
}
