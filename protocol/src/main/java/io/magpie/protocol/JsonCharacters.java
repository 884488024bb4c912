package io.magpie.protocol;

/**
 * The characters of a JSON string, in UTF-8 and with escapes, one by one. A character that isn't sound has length 0:
 * control characters, ill-formed UTF-8, escapes that aren't JSON's, that stand for NUL or for half a surrogate pair.
 */
final class JsonCharacters {
    /** Of a backslash, {@code u} and four digits. */
    private static final int UNIT = 6;

    private JsonCharacters() {}

    /** The bytes that the character at an offset takes; an escaped surrogate pair is one. */
    static int length(byte[] bytes, int at) {
        byte first = bytes[at];
        if (first < 0) {
            return wide(bytes, at);
        }
        return first == '\\' ? escape(bytes, at) : first >= ' ' ? 1 : 0;
    }

    private static int escape(byte[] bytes, int at) {
        return switch (at + 1 < bytes.length ? bytes[at + 1] : 0) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> {
                char unit = unit(bytes, at);
                if (Character.isHighSurrogate(unit)) {
                    yield Character.isLowSurrogate(unit(bytes, at + UNIT)) ? 2 * UNIT : 0;
                }
                yield unit == 0 || Character.isLowSurrogate(unit) ? 0 : UNIT;
            }
            default -> 0;
        };
    }

    /** What <code>&#92;u</code> and four digits stand for, or NUL if there is something else. */
    private static char unit(byte[] bytes, int at) {
        if (at + UNIT > bytes.length || bytes[at] != '\\' || bytes[at + 1] != 'u') {
            return 0;
        }
        int unit = 0;
        for (int i = at + 2; i < at + UNIT; i++) {
            int digit = bytes[i] > 0 ? Character.digit(bytes[i], 16) : -1;
            if (digit < 0) {
                return 0;
            }
            unit = (unit << 4) | digit;
        }
        return (char) unit;
    }

    /** A character of several bytes, held against table 3-7 of chapter 3 of the Unicode standard. */
    private static int wide(byte[] bytes, int at) {
        int lead = bytes[at] & 0xFF;
        int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (lead < 0xC2 || lead > 0xF4 || at + length > bytes.length) {
            return 0;
        }
        int second = bytes[at + 1] & 0xFF;
        int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        boolean sound = second >= least
                && second <= most
                && (length < 3 || continues(bytes[at + 2]))
                && (length < 4 || continues(bytes[at + 3]));
        return sound ? length : 0;
    }

    private static boolean continues(byte b) {
        return (b & 0xC0) == 0x80;
    }
}
