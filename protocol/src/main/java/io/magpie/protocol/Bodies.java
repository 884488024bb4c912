package io.magpie.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bodies on their way out: as they are where the encoding is their own, converted where it isn't. */
public final class Bodies {
    private Bodies() {}

    /**
     * Writes the field {@code data}, {@code binary}, or {@code recalled} in their place.
     *
     * <p>It must be the last of its object. {@link CBORGenerator#writeBytes} puts bytes behind the name without the
     * generator taking them for a value; an object of indefinite length, which all of ours are, may end there, but
     * another name couldn't follow.
     */
    public static void write(JsonGenerator to, Body body) throws IOException {
        if (body instanceof Body.Binary) {
            to.writeBinaryField("binary", body.bytes());
            return;
        }
        if (body instanceof Body.Recalled) {
            to.writeBooleanField("recalled", true);
            return;
        }
        to.writeFieldName("data");
        if (body instanceof Body.Text text) {
            to.writeUTF8String(text.bytes(), 0, text.bytes().length);
        } else if (body instanceof Body.Json json) {
            json(to, json);
        } else {
            cbor(to, (Body.Cbor) body);
        }
    }

    private static void json(JsonGenerator to, Body.Json json) throws IOException {
        if (to instanceof CBORGenerator) {
            try (JsonParser parser = parser(json)) {
                copy(parser, to);
            }
        } else {
            to.writeRawValue(new RawJson(json.bytes()));
        }
    }

    private static void cbor(JsonGenerator to, Body.Cbor cbor) throws IOException {
        if (to instanceof CBORGenerator generator) {
            generator.writeBytes(cbor.bytes(), 0, cbor.bytes().length);
        } else {
            try (JsonParser parser = FrameRules.FROM_SERVER.cbor().createParser(cbor.bytes())) {
                copy(parser, to);
            }
        }
    }

    /** A text that a JSON value stands for: the string itself if it is one, else its JSON. */
    static byte[] plain(Body.Json json) throws IOException {
        byte[] bytes = json.bytes();
        if (bytes[0] != '"') {
            return bytes;
        }
        for (byte b : bytes) {
            if (b == '\\') {
                try (JsonParser parser = parser(json)) {
                    parser.nextToken();
                    return parser.getText().getBytes(StandardCharsets.UTF_8);
                }
            }
        }
        return Arrays.copyOfRange(bytes, 1, bytes.length - 1);
    }

    /** A CBOR item as JSON: byte strings in base64, undefined as null, tags dropped. */
    static Body.Json toJson(Body.Cbor cbor) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(cbor.bytes().length * 2);
        try (JsonGenerator to = FrameRules.FROM_SERVER.json().createGenerator(bytes)) {
            cbor(to, cbor);
        }
        return new Body.Json(bytes.toByteArray());
    }

    private static JsonParser parser(Body.Json json) throws IOException {
        return FrameRules.FROM_SERVER.json().createParser(new String(json.bytes(), StandardCharsets.UTF_8));
    }

    /** Copies a whole value from one encoding to the other. */
    private static void copy(JsonParser from, JsonGenerator to) throws IOException {
        for (JsonToken token = from.nextToken(); token != null; token = from.nextToken()) {
            switch (token) {
                case VALUE_STRING ->
                    to.writeString(from.getTextCharacters(), from.getTextOffset(), from.getTextLength());
                case VALUE_EMBEDDED_OBJECT -> to.writeBinary(from.getBinaryValue());
                case VALUE_NUMBER_INT -> integer(from, to);
                case VALUE_NUMBER_FLOAT -> floating(from, to);
                default -> to.copyCurrentEvent(from);
            }
        }
    }

    /** CBOR would need a big number from 2^64 on, which its readers treat each in its own way; a double is what JSON's do. */
    private static void integer(JsonParser from, JsonGenerator to) throws IOException {
        if (from.getNumberType() == JsonParser.NumberType.BIG_INTEGER && to instanceof CBORGenerator) {
            to.writeNumber(from.getDoubleValue());
        } else {
            to.copyCurrentEvent(from);
        }
    }

    /** A float of CBOR stays one, so that 0.1 doesn't become 0.10000000149011612. */
    private static void floating(JsonParser from, JsonGenerator to) throws IOException {
        if (from.getNumberType() == JsonParser.NumberType.FLOAT) {
            to.writeNumber(from.getFloatValue());
        } else {
            to.writeNumber(from.getDoubleValue());
        }
    }
}
