package io.magpie.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one object, as they were read, with typed access. A field that is null counts as absent.
 *
 * <p>Every accessor throws {@link ProtocolException} with {@link ErrorCode#BAD_REQUEST} and a message that names the
 * field if its type or range is wrong.
 */
final class Fields {
    private final Source source;
    private final Map<String, @Nullable Object> values;

    Fields(Source source, Map<String, @Nullable Object> values) {
        this.source = source;
        this.values = values;
    }

    boolean has(String name) {
        return values.get(name) != null;
    }

    /** The names, in the order in which they came; of use where they are rooms. */
    Set<String> names() {
        return values.keySet();
    }

    String text(String name) {
        if (values.get(name) instanceof String text) {
            return text;
        }
        throw fault(name, "must be a string");
    }

    @Nullable
    String optionalText(String name, int maxBytes) {
        String text = has(name) ? text(name) : null;
        if (text != null && text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw fault(name, "is longer than " + maxBytes + " bytes");
        }
        return text;
    }

    /** A whole number from 0 to 2^53 - 1. */
    long number(String name) {
        if (values.get(name) instanceof Long number && number >= 0 && number <= RequestId.Number.MAX_SAFE) {
            return number;
        }
        throw fault(name, "must be a whole number from 0 to 2^53 - 1");
    }

    /** The same, or a stand-in if there is none. */
    long number(String name, long otherwise) {
        return has(name) ? number(name) : otherwise;
    }

    /** The same for a count; what an int can't hold is as good as its largest value. */
    int count(String name) {
        return (int) Math.min(number(name), Integer.MAX_VALUE);
    }

    /** A count, or 0 if there is none. */
    int optionalCount(String name) {
        return has(name) ? count(name) : 0;
    }

    boolean flag(String name) {
        if (values.get(name) instanceof Boolean flag) {
            return flag;
        }
        throw fault(name, "must be true or false");
    }

    boolean optionalFlag(String name) {
        return has(name) && flag(name);
    }

    Fields object(String name) {
        if (values.get(name) instanceof Fields object) {
            return object;
        }
        throw fault(name, "must be an object");
    }

    /** An array of objects; an absent one is empty. */
    List<Fields> optionalObjects(String name) {
        return has(name) ? objects(name) : List.of();
    }

    /** An array of objects. */
    List<Fields> objects(String name) {
        if (!(values.get(name) instanceof List<?> elements)) {
            throw fault(name, "must be an array");
        }
        List<Fields> objects = new ArrayList<>(elements.size());
        for (Object element : elements) {
            if (!(element instanceof Fields object)) {
                throw fault(name, "must be an array of objects");
            }
            objects.add(object);
        }
        return objects;
    }

    /** {@code id}, or null if there is none. */
    @Nullable
    RequestId id() {
        Object id = values.get("id");
        if (id instanceof Long number) {
            return new RequestId.Number(number);
        }
        if (id != null && !(id instanceof String)) {
            throw fault("id", "must be an integer or a string");
        }
        return id == null ? null : new RequestId.Text((String) id);
    }

    /** What {@code data} or {@code binary} holds; exactly one of them must be there. */
    Body body() {
        if (has("data") == has("binary")) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "give either data or binary");
        }
        return has("data") ? data() : binary();
    }

    /** {@code data}; null is a value like any other here. */
    Body data() {
        if (values.get("data") instanceof Body body) {
            return body;
        }
        throw fault("data", "is missing");
    }

    private Body binary() {
        Object scalar = values.get("binary");
        return new Body.Binary(source.binary(scalar == null ? "" : scalar));
    }

    RoomId room() {
        return new RoomId(text("room"));
    }

    /** {@code {epoch, seq, at?}}, if the field is there. */
    @Nullable
    Position optionalPosition(String name) {
        return has(name) ? object(name).position() : null;
    }

    /** This object as a position. */
    Position position() {
        return new Position(text("epoch"), number("seq"), number("at", Position.NO_TIME));
    }

    private static ProtocolException fault(String name, String what) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, name + " " + what);
    }
}
