package io.magpie.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Walks a CBOR frame (RFC 8949) once and refuses what isn't well-formed or can't be told in JSON: keys that aren't text,
 * NaN and the infinities, unassigned simple values, text that isn't UTF-8. Lengths are held against what is there
 * before anything is allocated.
 *
 * <p>Tags are skipped, but those that Jackson would act upon are refused: big numbers (2 to 5) and references to
 * earlier strings (25, 256), which would also lose their meaning when {@code data} is cut out.
 *
 * <p>Owned by the thread that made it, for one call.
 */
final class CborScreen {
    private static final int INDEFINITE = 31;
    private static final int BREAK = 0xFF;
    private static final int TEXT = 3;

    private final byte[] in;
    private final FrameRules rules;
    private int at;

    CborScreen(byte[] in, FrameRules rules) {
        this.in = in;
        this.rules = rules;
    }

    /** @throws ProtocolException if the bytes aren't exactly one acceptable item */
    void check() {
        item(0);
        if (at != in.length) {
            throw fault("something follows the envelope");
        }
    }

    private void item(int depth) {
        int head = skipTags();
        int info = head & 31;
        switch (head >> 5) {
            case 0, 1 -> argument(info);
            case 2 -> string(info, false);
            case TEXT -> string(info, true);
            case 4 -> array(info, depth + 1);
            case 5 -> map(info, depth + 1);
            default -> simple(info);
        }
    }

    private int skipTags() {
        int head = next();
        while (head >> 5 == 6) {
            long tag = argument(head & 31);
            if ((tag >= 2 && tag <= 5) || tag == 25 || tag == 256) {
                throw fault("tag " + tag + " isn't supported");
            }
            head = next();
        }
        return head;
    }

    private void array(int info, int depth) {
        checkDepth(depth);
        if (info == INDEFINITE) {
            while (!atBreak()) {
                item(depth);
            }
            return;
        }
        for (long left = argument(info); left != 0; left--) {
            item(depth);
        }
    }

    private void map(int info, int depth) {
        checkDepth(depth);
        if (info == INDEFINITE) {
            while (!atBreak()) {
                name();
                item(depth);
            }
            return;
        }
        for (long left = argument(info); left != 0; left--) {
            name();
            item(depth);
        }
    }

    /** A key. What reads it back is Jackson, which would also take numbers for names. */
    private void name() {
        int head = next();
        if (head >> 5 != TEXT || (head & 31) == INDEFINITE) {
            throw fault("a key must be a text string of definite length");
        }
        int length = length(head & 31);
        if (length > Names.MAX_BYTES) {
            throw fault("a name is too long");
        }
        text(length);
    }

    /** A byte or text string, in one piece or in chunks; each chunk of text is text by itself. */
    private void string(int info, boolean text) {
        if (info != INDEFINITE) {
            content(length(info), text);
            return;
        }
        while (!atBreak()) {
            int head = next();
            if (head >> 5 != (text ? TEXT : 2) || (head & 31) == INDEFINITE) {
                throw fault("a chunk of a string is of another kind");
            }
            content(length(head & 31), text);
        }
    }

    private void content(int length, boolean text) {
        if (text) {
            text(length);
        } else {
            at += length;
        }
    }

    private void text(int length) {
        int end = at + length;
        int union = 0;
        for (int i = at; i < end; i++) {
            if (in[i] == 0 && !rules.nul()) {
                throw fault("a string has a NUL character");
            }
            union |= in[i];
        }
        if (union < 0) {
            checkUtf8(length);
        }
        at = end;
    }

    private void checkUtf8(int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(in, at, length));
        } catch (CharacterCodingException notUtf8) {
            throw fault("a string isn't valid UTF-8");
        }
    }

    private void simple(int info) {
        boolean finite = switch (info) {
            case 20, 21, 22, 23 -> true;
            case 25 -> (argument(info) & 0x7C00) != 0x7C00;
            case 26 -> Float.isFinite(Float.intBitsToFloat((int) argument(info)));
            case 27 -> Double.isFinite(Double.longBitsToDouble(argument(info)));
            default -> throw fault("a simple value is unknown or out of place");
        };
        if (!finite) {
            throw fault("a number isn't finite");
        }
    }

    /** The length of a string, which must fit into what is left of the frame. */
    private int length(int info) {
        long length = argument(info);
        if (length < 0 || length > in.length - at) {
            throw fault("a string is longer than the frame");
        }
        return (int) length;
    }

    /** The argument of a head, as an unsigned number. */
    private long argument(int info) {
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw fault("a length is malformed");
        }
        long value = 0;
        for (int left = 1 << (info - 24); left > 0; left--) {
            value = (value << 8) | next();
        }
        return value;
    }

    /** Whether a value of indefinite length ends here; if so, steps over its end. */
    private boolean atBreak() {
        if (at < in.length && (in[at] & 0xFF) == BREAK) {
            at++;
            return true;
        }
        return false;
    }

    private int next() {
        if (at == in.length) {
            throw fault("the frame ends too early");
        }
        return in[at++] & 0xFF;
    }

    private void checkDepth(int depth) {
        if (depth > rules.depth()) {
            throw fault("nested more than " + rules.depth() + " deep");
        }
    }

    private ProtocolException fault(String what) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, "malformed CBOR at byte " + at + ": " + what);
    }
}
