package io.magpie.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.TSFBuilder;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * What a frame may be, by who sent it, and Jackson set up to hold it to that.
 *
 * <p>A server frame may nest three levels deeper, since the data of a client comes back inside
 * {@code [{"messages": [{"data": …}]}]}, may hold any number of envelopes, and may hold NUL: the text frames of plain
 * connections go to all members as they are.
 *
 * @param depth objects and arrays that may be open at once, the envelope and the array around it counted
 * @param envelopes most envelopes in one frame
 * @param nul whether a text may hold U+0000
 * @param json thread-safe
 * @param cbor thread-safe
 */
record FrameRules(int depth, int envelopes, boolean nul, JsonFactory json, CBORFactory cbor) {
    /** Characters in the name of a field. Names of rooms, which are keys too, have their own limit. */
    static final int MAX_NAME = 64;

    /** Digits of a number, without leading zeros; the doubles of JavaScript have at most 17 of them. */
    static final int MAX_DIGITS = 20;

    /** What Jackson may take for one number before {@link #MAX_DIGITS} is counted: 0.000001… is 7 zeros longer. */
    private static final int MAX_NUMBER_LENGTH = 40;

    static final FrameRules FROM_CLIENT = of(16, 64, false);
    static final FrameRules FROM_SERVER = of(19, Integer.MAX_VALUE, true);

    private static FrameRules of(int depth, int envelopes, boolean nul) {
        JsonFactory json = harden(new JsonFactoryBuilder(), depth)
                .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                .build();
        CBORFactory cbor = harden(CBORFactory.builder(), depth)
                .enable(CBORGenerator.Feature.LENIENT_UTF_ENCODING)
                .build();
        return new FrameRules(depth, envelopes, nul, json, cbor);
    }

    /**
     * Field names come from the peer. Jackson would keep them in a table that all parsers share: a frame with one new
     * name then costs a copy of it, and interned names stay for the life of the JVM. So names are made anew each time.
     * For JSON this means its parser over characters, see {@link JsonSource}.
     */
    private static <B extends TSFBuilder<?, B>> B harden(B builder, int depth) {
        return builder.disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(depth)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .maxNameLength(Names.MAX_BYTES)
                        .build());
    }

    /** A generator that appends to a buffer and leaves it open. */
    static JsonGenerator generator(Encoding encoding, ByteBuf out) throws IOException {
        OutputStream stream = new ByteBufOutputStream(out);
        return encoding == Encoding.JSON
                ? FROM_SERVER.json.createGenerator(stream)
                : FROM_SERVER.cbor.createGenerator(stream);
    }
}
