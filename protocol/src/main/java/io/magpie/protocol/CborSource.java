package io.magpie.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;

/** A CBOR frame; {@link CborScreen} has passed it, so nothing in it can surprise Jackson. */
final class CborSource implements Source {
    private final byte[] bytes;
    private final FrameRules rules;

    /** @throws ProtocolException if the frame isn't exactly one item of the CBOR that this protocol takes */
    CborSource(byte[] bytes, FrameRules rules) {
        this.bytes = bytes;
        this.rules = rules;
        new CborScreen(bytes, rules).check();
    }

    @Override
    public JsonParser parser() throws IOException {
        return rules.cbor().createParser(bytes);
    }

    @Override
    public int start(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    @Override
    public int end(JsonParser parser) {
        return (int) parser.currentLocation().getByteOffset();
    }

    @Override
    public Body slice(int start, int end) {
        return new Body.Cbor(Arrays.copyOfRange(bytes, start, end));
    }

    /** Nothing to check: integers have at most 64 bits, and the screen has refused NaN and the infinities. */
    @Override
    public void checkNumber(JsonParser parser) {}

    /** A float without a fraction counts as an integer: encoders in JavaScript write 2^32 and more that way. */
    @Override
    public Object scalar(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_EMBEDDED_OBJECT -> parser.getBinaryValue();
            default -> number(parser);
        };
    }

    private static Object number(JsonParser parser) throws IOException {
        double value = parser.getDoubleValue();
        boolean integer = value == Math.rint(value) && Math.abs(value) <= RequestId.Number.MAX_SAFE;
        return integer ? (Object) (long) value : (Object) value;
    }

    @Override
    public byte[] binary(Object scalar) {
        if (scalar instanceof byte[] binary) {
            return binary;
        }
        throw new ProtocolException(ErrorCode.BAD_REQUEST, "binary must be a byte string");
    }
}
