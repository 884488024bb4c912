package io.magpie.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads values off a frame, each token held against the limits, whether the value is kept or not.
 *
 * <p>Owned by the thread that made it, for one call.
 */
final class Tokens {
    /** All fields that mean something somewhere; others are checked and passed over. */
    private static final Set<String> KNOWN = Set.of(
            ("type id token device rooms client name version room since epoch seq at history to key kind priority binary before"
                            + " after limit connection user resume heartbeat limits message recovered reason members from"
                            + " messages more joined left count code retryable duplicate reconnect recalled")
                    .split(" "));

    private final Source source;
    private final JsonParser parser;
    private @Nullable JsonToken token;

    Tokens(Source source, JsonParser parser) {
        this.source = source;
        this.parser = parser;
    }

    /** Steps to the next token; null at the end of the frame. */
    @Nullable
    JsonToken next() throws IOException {
        token = parser.nextToken();
        if (token != null && token.isNumeric()) {
            source.checkNumber(parser);
        }
        return token;
    }

    /** Steps to the next token where there must be one. */
    JsonToken inner() throws IOException {
        JsonToken inner = next();
        if (inner == null) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "the frame ends too early");
        }
        return inner;
    }

    /** The current token. */
    @Nullable
    JsonToken token() {
        return token;
    }

    /** Reads the object at whose start this is; ends on its last token. */
    Fields object() throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (inner() == JsonToken.FIELD_NAME) {
            String name = name();
            inner();
            switch (name) {
                case "data" -> fields.put(name, slice());
                case "rooms" -> fields.put(name, token == JsonToken.START_OBJECT ? rooms() : value());
                default -> {
                    if (KNOWN.contains(name)) {
                        fields.put(name, value());
                    } else {
                        skip();
                    }
                }
            }
        }
        return new Fields(source, fields);
    }

    /** An object whose keys are names of rooms, which are longer than names of fields may be. */
    private Fields rooms() throws IOException {
        Map<String, @Nullable Object> rooms = new LinkedHashMap<>();
        while (inner() == JsonToken.FIELD_NAME) {
            String room = parser.currentName();
            inner();
            rooms.put(room, value());
        }
        return new Fields(source, rooms);
    }

    /** The current value as {@link Fields} holds it: null, a scalar, Fields, or a list of these. */
    private @Nullable Object value() throws IOException {
        JsonToken current = Objects.requireNonNull(token);
        return switch (current) {
            case VALUE_NULL -> null;
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            default -> source.scalar(parser, current);
        };
    }

    private List<@Nullable Object> array() throws IOException {
        List<@Nullable Object> elements = new ArrayList<>();
        while (inner() != JsonToken.END_ARRAY) {
            elements.add(value());
        }
        return elements;
    }

    /** The current value, cut out unread but checked. */
    private Body slice() throws IOException {
        int start = source.start(parser);
        skip();
        return source.slice(start, source.end(parser));
    }

    /** Passes over the current value; ends on its last token, which is then complete. */
    void skip() throws IOException {
        int open = 0;
        while (true) {
            if (token == JsonToken.FIELD_NAME) {
                name();
            } else if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
                open++;
            } else if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
                open--;
            }
            if (open == 0) {
                parser.finishToken();
                return;
            }
            inner();
        }
    }

    /** The current name of a field, which isn't a room's. */
    private String name() throws IOException {
        String name = parser.currentName();
        if (name.length() > FrameRules.MAX_NAME) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST, "the name of a field is longer than " + FrameRules.MAX_NAME + " characters");
        }
        return name;
    }
}
