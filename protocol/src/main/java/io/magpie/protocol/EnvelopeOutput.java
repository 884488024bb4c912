package io.magpie.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Jackson's generator in the words of the protocol, so that an envelope reads as its row in the table of
 * {@code docs/protocol.md}. What is null isn't written.
 *
 * <p>Owned by the thread that made it, for one frame.
 */
final class EnvelopeOutput implements Closeable {
    /** A number that isn't said: {@code at}, {@code after}, {@code before} when unknown. */
    private static final long UNSET = -1;

    private final JsonGenerator generator;

    EnvelopeOutput(JsonGenerator generator) {
        this.generator = generator;
    }

    /** Begins an envelope with its {@code type} and, if it has one, its {@code id}. */
    EnvelopeOutput open(String type, @Nullable RequestId id) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("type", type);
        if (id instanceof RequestId.Number number) {
            generator.writeNumberField("id", number.value());
        } else if (id instanceof RequestId.Text text) {
            generator.writeStringField("id", text.value());
        }
        return this;
    }

    /** Begins an object in the array that is open. */
    EnvelopeOutput openObject() throws IOException {
        generator.writeStartObject();
        return this;
    }

    /** Begins an object as a field. */
    EnvelopeOutput openObject(String name) throws IOException {
        generator.writeObjectFieldStart(name);
        return this;
    }

    /** Ends as many objects, the innermost first. */
    EnvelopeOutput close(int objects) throws IOException {
        for (int i = 0; i < objects; i++) {
            generator.writeEndObject();
        }
        return this;
    }

    /** Begins the array of a frame with several envelopes. */
    EnvelopeOutput startArray() throws IOException {
        generator.writeStartArray();
        return this;
    }

    /** Begins an array as a field. */
    EnvelopeOutput startArray(String name) throws IOException {
        generator.writeArrayFieldStart(name);
        return this;
    }

    EnvelopeOutput endArray() throws IOException {
        generator.writeEndArray();
        return this;
    }

    /** A string that is left out if it is null. */
    EnvelopeOutput text(String name, @Nullable String value) throws IOException {
        if (value != null) {
            generator.writeStringField(name, value);
        }
        return this;
    }

    EnvelopeOutput number(String name, long value) throws IOException {
        generator.writeNumberField(name, value);
        return this;
    }

    /** A number that is left out if it is -1. */
    EnvelopeOutput optionalNumber(String name, long value) throws IOException {
        return value == UNSET ? this : number(name, value);
    }

    /** A count that is left out if it is 0. */
    EnvelopeOutput optionalCount(String name, int value) throws IOException {
        return value == 0 ? this : number(name, value);
    }

    EnvelopeOutput flag(String name, boolean value) throws IOException {
        generator.writeBooleanField(name, value);
        return this;
    }

    EnvelopeOutput room(RoomId room) throws IOException {
        return text("room", room.value());
    }

    /** The fields of a position, into the object that is open. */
    EnvelopeOutput position(Position position) throws IOException {
        return text("epoch", position.epoch()).number("seq", position.seq()).optionalNumber("at", position.at());
    }

    /** {@code {epoch, seq, at?}} as a field. */
    EnvelopeOutput position(String name, @Nullable Position position) throws IOException {
        return position == null ? this : openObject(name).position(position).close(1);
    }

    /** {@code rooms}: each with its position or null. */
    EnvelopeOutput positions(Map<RoomId, @Nullable Position> rooms) throws IOException {
        openObject("rooms");
        for (Map.Entry<RoomId, @Nullable Position> room : rooms.entrySet()) {
            Position position = room.getValue();
            if (position == null) {
                generator.writeNullField(room.getKey().value());
            } else {
                position(room.getKey().value(), position);
            }
        }
        return close(1);
    }

    /** {@code data} or {@code binary}. The last field of its object: see {@link Bodies#write}. */
    EnvelopeOutput body(Body body) throws IOException {
        Bodies.write(generator, body);
        return this;
    }

    /** Flushes all to the buffer; the buffer stays open. */
    @Override
    public void close() throws IOException {
        generator.close();
    }
}
