package io.magpie.gateway.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.room.FakeConnection;
import io.magpie.gateway.room.ManualLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A client of a session, as text in and text out. JSON in tests is written with single quotes. */
final class TestClient {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

    private final SessionRig rig;
    private final ManualLoop loop;
    private final FakeConnection connection;
    private final Session session;

    TestClient(SessionRig rig, ManualLoop loop, FakeConnection connection, Session session) {
        this.rig = rig;
        this.loop = loop;
        this.connection = connection;
        this.session = session;
    }

    FakeConnection connection() {
        return connection;
    }

    /** Sends a text frame for each JSON text, and lets all that comes of them happen. */
    void say(String... frames) {
        for (String frame : frames) {
            hand(session::onText, json(frame).toString().getBytes(StandardCharsets.UTF_8));
        }
        rig.settle();
    }

    /** Like {@link #say}, but nothing happens yet beyond the session's own turn. */
    void sayOnly(String... frames) {
        for (String frame : frames) {
            hand(session::onText, json(frame).toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A text frame exactly as it is. */
    void text(String payload) {
        hand(session::onText, payload.getBytes(StandardCharsets.UTF_8));
        rig.settle();
    }

    void binary(byte[] payload) {
        hand(session::onBinary, payload);
        rig.settle();
    }

    /** What the client may do has changed; nothing happens yet beyond the session's own turn. */
    void recheck() {
        loop.inside(session::recheck);
    }

    /** The connection is lost. */
    void drop() {
        lose();
        rig.settle();
    }

    /** Like {@link #drop}, but nothing happens yet beyond the session's own turn. */
    void lose() {
        if (connection.open()) {
            connection.drop();
            loop.inside(session::onClosed);
        }
    }

    /** Envelopes since the last call. */
    List<JsonNode> take() {
        List<JsonNode> envelopes = new ArrayList<>();
        for (FakeConnection.Frame frame : connection.takeFrames()) {
            JsonNode tree = json(frame.text());
            if (tree.isArray()) {
                tree.forEach(envelopes::add);
            } else {
                envelopes.add(tree);
            }
        }
        return envelopes;
    }

    /** The only envelope since the last call. */
    JsonNode takeOne() {
        List<JsonNode> envelopes = take();
        if (envelopes.size() != 1) {
            throw new AssertionError("expected one envelope, got " + envelopes);
        }
        return envelopes.get(0);
    }

    /** The types of the envelopes since the last call. */
    List<String> takeTypes() {
        return take().stream().map(envelope -> envelope.path("type").asText()).toList();
    }

    /** Payloads of frames since the last call, as texts. */
    List<String> takeTexts() {
        return connection.takeFrames().stream().map(FakeConnection.Frame::text).toList();
    }

    int closeCode() {
        return connection.closeCode().orElseThrow().code();
    }

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private void hand(Consumer<ByteBuf> handler, byte[] payload) {
        ByteBuf buffer = Unpooled.directBuffer().writeBytes(payload);
        try {
            loop.inside(() -> handler.accept(buffer));
        } finally {
            buffer.release();
        }
    }
}
