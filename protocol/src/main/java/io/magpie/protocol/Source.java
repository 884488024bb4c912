package io.magpie.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * One frame, screened for what Jackson lets pass, and how to cut a value out of it.
 *
 * <p>Offsets are in units of the source's own (characters or bytes) and only make sense to {@link #slice}.
 */
sealed interface Source permits JsonSource, CborSource {
    /** A new parser at the beginning of the frame; the caller closes it. */
    JsonParser parser() throws IOException;

    /** Where the parser's current token begins. */
    int start(JsonParser parser);

    /** Where the parser's current token, which must be complete, has ended. */
    int end(JsonParser parser);

    /** The value between two offsets, byte for byte. */
    Body slice(int start, int end);

    /**
     * Holds the current token, a number, against the limits.
     *
     * @throws ProtocolException if it is beyond one
     */
    void checkNumber(JsonParser parser) throws IOException;

    /**
     * What the current scalar stands for: String, Long, Double (a number that is no safe integer), Boolean or byte[].
     * Not to be called for null.
     */
    Object scalar(JsonParser parser, JsonToken token) throws IOException;

    /** The bytes of a {@code binary} field, which came as this scalar. */
    byte[] binary(Object scalar);
}
