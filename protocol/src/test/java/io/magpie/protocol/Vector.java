package io.magpie.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One golden vector; {@code README.md} beside the files says what the fields mean. */
record Vector(JsonNode json) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static Stream<Vector> of(String file) {
        try (InputStream in = Vector.class.getResourceAsStream("vectors/" + file)) {
            return StreamSupport.stream(MAPPER.readTree(in).spliterator(), false)
                    .map(Vector::new);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    Encoding encoding() {
        return Encoding.valueOf(json.get("encoding").asText().toUpperCase(Locale.ROOT));
    }

    boolean fromClient() {
        return json.get("direction").asText().equals("client");
    }

    byte[] frame() {
        if (json.has("frame64")) {
            return Frames.base64(json.get("frame64").asText());
        }
        String frame = json.get("frame").asText();
        return encoding() == Encoding.JSON ? Frames.utf8(frame) : Frames.base64(frame);
    }

    JsonNode decoded() {
        return json.get("decoded");
    }

    String error() {
        return json.get("error").asText();
    }

    /** The frame, read and written again in an encoding. */
    byte[] rewritten(Encoding to) {
        return fromClient()
                ? Frames.requests(to, Frames.requests(encoding(), frame()))
                : Frames.events(to, Frames.events(encoding(), frame()));
    }

    @Override
    public String toString() {
        return json.get("encoding").asText() + ": " + json.get("name").asText();
    }
}
