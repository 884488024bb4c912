package io.magpie.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Frames for tests: from and to text, through the readers and writers under test, with every buffer released. */
final class Frames {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Frames() {}

    /** Applies a reader to a frame. */
    static <T> T read(byte[] frame, Function<ByteBuf, T> reader) {
        ByteBuf buffer = Unpooled.directBuffer(frame.length + 1).writeBytes(frame);
        try {
            return reader.apply(buffer);
        } finally {
            buffer.release();
        }
    }

    static List<Request> requests(String json) {
        return requests(Encoding.JSON, json.getBytes(StandardCharsets.UTF_8));
    }

    static List<Request> requests(Encoding encoding, byte[] frame) {
        return read(frame, new CommandReader(encoding)::read);
    }

    /** The one command of a JSON frame. */
    static Command command(String json) {
        List<Request> requests = requests(json);
        if (requests.size() != 1) {
            throw new IllegalArgumentException("not one command: " + json);
        }
        return requests.get(0).command();
    }

    static List<Event> events(Encoding encoding, byte[] frame) {
        return read(frame, new EventReader(encoding)::read);
    }

    static byte[] events(Encoding encoding, List<? extends Event> events) {
        return write(out -> new EventWriter(encoding).write(events, out));
    }

    static byte[] requests(Encoding encoding, List<Request> requests) {
        return write(out -> new CommandWriter(encoding).write(requests, out));
    }

    /** What a writer appends to a buffer. */
    static byte[] write(Consumer<ByteBuf> writer) {
        ByteBuf buffer = Unpooled.directBuffer();
        try {
            writer.accept(buffer);
            return ByteBufUtil.getBytes(buffer);
        } finally {
            buffer.release();
        }
    }

    static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** Bytes one by one, for failures that can be read. */
    static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] base64(String text) {
        return Base64.getDecoder().decode(text);
    }

    static byte[] hex(String hex) {
        return ByteBufUtil.decodeHexDump(hex.replace(" ", ""));
    }

    /** JSON as another parser understands it. */
    static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException(json, notJson);
        }
    }
}
