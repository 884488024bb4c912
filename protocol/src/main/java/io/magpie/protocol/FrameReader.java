package io.magpie.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Takes a frame apart into its envelopes: one object, or an array of them. */
final class FrameReader {
    private static final int MAX_DETAIL = 160;

    private final Encoding encoding;
    private final FrameRules rules;

    /**
     * For JSON or CBOR.
     *
     * @throws IllegalArgumentException for {@link Encoding#PLAIN}, whose frames hold no envelopes
     */
    FrameReader(Encoding encoding, FrameRules rules) {
        if (encoding == Encoding.PLAIN) {
            throw new IllegalArgumentException("plain frames hold no envelopes");
        }
        this.encoding = encoding;
        this.rules = rules;
    }

    /**
     * Reads a whole frame.
     *
     * @param decode makes something of one envelope
     * @throws ProtocolException if the frame is malformed or beyond a limit, or as {@code decode} does
     */
    <T> List<T> read(byte[] bytes, Function<Fields, T> decode) {
        Source source = encoding == Encoding.JSON ? new JsonSource(bytes, rules) : new CborSource(bytes, rules);
        try (JsonParser parser = source.parser()) {
            List<T> envelopes = new ArrayList<>(1);
            for (Fields envelope : envelopes(source, new Tokens(source, parser))) {
                envelopes.add(decode.apply(envelope));
            }
            return envelopes;
        } catch (StreamConstraintsException beyond) {
            throw bad("the frame is nested too deep, or a number or name in it is too long");
        } catch (JsonProcessingException malformed) {
            throw bad("malformed " + encoding + ": " + detail(malformed.getOriginalMessage()));
        } catch (IOException malformed) {
            throw bad("malformed " + encoding);
        }
    }

    /**
     * All envelopes are taken off the frame before one is looked into: what is malformed at the end must not leave half
     * of the frame done.
     */
    private List<Fields> envelopes(Source source, Tokens tokens) throws IOException {
        JsonToken first = tokens.next();
        List<Fields> envelopes;
        if (first == JsonToken.START_OBJECT) {
            envelopes = List.of(tokens.object());
        } else if (first == JsonToken.START_ARRAY) {
            envelopes = array(source, tokens);
        } else {
            throw bad("a frame must be an envelope or an array of envelopes");
        }
        if (tokens.next() != null) {
            throw bad("something follows the envelope");
        }
        return envelopes;
    }

    private List<Fields> array(Source source, Tokens tokens) throws IOException {
        List<Fields> envelopes = new ArrayList<>();
        while (tokens.inner() != JsonToken.END_ARRAY) {
            if (envelopes.size() == rules.envelopes()) {
                throw bad("a frame may hold " + rules.envelopes() + " envelopes");
            }
            if (tokens.token() == JsonToken.START_OBJECT) {
                envelopes.add(tokens.object());
            } else {
                // Not an envelope, but its neighbours may be: one without a type stands for it.
                tokens.skip();
                envelopes.add(new Fields(source, Map.of()));
            }
        }
        if (envelopes.isEmpty()) {
            throw bad("the array of envelopes is empty");
        }
        return envelopes;
    }

    /** Jackson's words, which may quote the frame, as plain ASCII of bounded length. */
    private static String detail(String words) {
        StringBuilder ascii = new StringBuilder();
        for (int i = 0; i < words.length() && i < MAX_DETAIL; i++) {
            char c = words.charAt(i);
            ascii.append(c >= ' ' && c < 0x7F ? c : '?');
        }
        return ascii.toString();
    }

    private static ProtocolException bad(String message) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, message);
    }
}
