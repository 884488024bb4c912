package io.magpie.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * A JSON frame as characters.
 *
 * <p>Why not Jackson's parser over bytes: it shares a table of field names between parsers ({@link FrameRules}), takes
 * overlong UTF-8, skips a byte order mark and guesses at UTF-16. Decoding strictly first settles all of these. A value
 * is still cut out byte for byte, since valid UTF-8 has exactly one form.
 */
final class JsonSource implements Source {
    private final byte[] bytes;
    private final char[] chars;
    private final int length;
    private final FrameRules rules;

    /** @throws ProtocolException if the frame isn't UTF-8 or escapes what isn't text */
    JsonSource(byte[] bytes, FrameRules rules) {
        this.bytes = bytes;
        this.rules = rules;
        this.chars = new char[bytes.length];
        CharBuffer decoded = CharBuffer.wrap(chars);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), decoded, true);
        if (result.isError()) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "the frame isn't valid UTF-8");
        }
        this.length = decoded.position();
        checkEscapes();
    }

    /**
     * Refuses <code>&#92;u0000</code> and lone surrogates. A backslash is allowed nowhere but in strings; what is wrong
     * with it otherwise is the parser's to tell.
     */
    private void checkEscapes() {
        boolean high = false;
        for (int i = 0; i < length; i++) {
            boolean escape = chars[i] == '\\';
            int c = escape ? unicode(i + 1) : -1;
            if (high != (c >= Character.MIN_LOW_SURROGATE && c <= Character.MAX_LOW_SURROGATE)) {
                throw new ProtocolException(ErrorCode.BAD_REQUEST, "a string has a lone surrogate");
            }
            if (c == 0 && !rules.nul()) {
                throw new ProtocolException(ErrorCode.BAD_REQUEST, "a string has a NUL character");
            }
            high = c >= Character.MIN_HIGH_SURROGATE && c <= Character.MAX_HIGH_SURROGATE;
            i += c >= 0 ? 5 : escape ? 1 : 0;
        }
    }

    /** The character that {@code u} and four digits at an offset stand for, or -1 if there is something else. */
    private int unicode(int from) {
        if (from + 5 > length || chars[from] != 'u') {
            return -1;
        }
        int value = 0;
        for (int i = from + 1; i < from + 5; i++) {
            int digit = chars[i] < 0x80 ? Character.digit(chars[i], 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = (value << 4) | digit;
        }
        return value;
    }

    @Override
    public JsonParser parser() throws IOException {
        return rules.json().createParser(chars, 0, length);
    }

    @Override
    public int start(JsonParser parser) {
        return (int) parser.currentTokenLocation().getCharOffset();
    }

    @Override
    public int end(JsonParser parser) {
        return (int) parser.currentLocation().getCharOffset();
    }

    @Override
    public Body slice(int start, int end) {
        boolean ascii = length == bytes.length;
        return new Body.Json(
                ascii
                        ? Arrays.copyOfRange(bytes, start, end)
                        : new String(chars, start, end - start).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void checkNumber(JsonParser parser) throws IOException {
        char[] text = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int digits = 0;
        boolean exponent = false;
        for (int i = from; i < from + parser.getTextLength() && !exponent; i++) {
            exponent = (text[i] | 0x20) == 'e';
            boolean digit = text[i] >= '0' && text[i] <= '9';
            digits += digit && (digits > 0 || text[i] > '0') ? 1 : 0;
        }
        if (digits > FrameRules.MAX_DIGITS) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST, "a number has more than " + FrameRules.MAX_DIGITS + " digits");
        }
        if (exponent && Double.isInfinite(parser.getDoubleValue())) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "a number is too large for a double");
        }
    }

    @Override
    public Object scalar(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? (Object) parser.getDoubleValue()
                        : (Object) parser.getLongValue();
            default -> parser.getDoubleValue();
        };
    }

    /** Base64 of the standard alphabet with padding; Java's decoder would do without the padding. */
    @Override
    public byte[] binary(Object scalar) {
        if (scalar instanceof String text && text.length() % 4 == 0) {
            try {
                return Base64.getDecoder().decode(text);
            } catch (IllegalArgumentException notBase64) {
                throw new ProtocolException(ErrorCode.BAD_REQUEST, "binary isn't base64");
            }
        }
        throw new ProtocolException(ErrorCode.BAD_REQUEST, "binary must be a string of base64 with padding");
    }
}
