package io.magpie.protocol;

import java.io.IOException;

/**
 * What a plain connection is sent for a message: one frame, without an envelope.
 *
 * @param binary whether it is a binary frame, else a text frame
 * @param bytes its payload; shared, not to be written to
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose
public record PlainBody(boolean binary, byte[] bytes) {
    /**
     * The frame for a body: binary as it is, text as it is, {@code data} as the string itself if it is one, else as JSON.
     *
     * @throws IllegalArgumentException if the body isn't what its type says
     */
    public static PlainBody of(Body body) {
        if (body instanceof Body.Binary || body instanceof Body.Text) {
            return new PlainBody(body instanceof Body.Binary, body.bytes());
        }
        try {
            Body.Json json = body instanceof Body.Cbor cbor ? Bodies.toJson(cbor) : (Body.Json) body;
            return new PlainBody(false, Bodies.plain(json));
        } catch (IOException malformed) {
            throw new IllegalArgumentException("the body is malformed", malformed);
        }
    }
}
