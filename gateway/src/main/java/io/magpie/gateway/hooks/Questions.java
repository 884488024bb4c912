package io.magpie.gateway.hooks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.magpie.gateway.config.WebhookConfig;
import io.magpie.protocol.Bodies;
import io.magpie.protocol.Sender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes questions as JSON. Stateless. */
final class Questions {
    private static final JsonFactory JSON = new JsonFactory();

    private Questions() {}

    static byte[] connect(String token) {
        return object(WebhookConfig.CONNECT, to -> to.writeStringField("token", token));
    }

    static byte[] join(JoinQuestion question) {
        return object(WebhookConfig.JOIN, to -> {
            user(to, question.user());
            to.writeStringField("room", question.room().value());
            to.writeStringField("connection", question.connection());
        });
    }

    /** @throws UncheckedIOException if the body isn't what its type says */
    static byte[] send(SendQuestion question) {
        return object(WebhookConfig.SEND, to -> {
            user(to, question.user());
            to.writeStringField("room", question.room().value());
            to.writeStringField("connection", question.connection());
            if (question.key() != null) {
                to.writeStringField("key", question.key());
            }
            if (question.kind() != null) {
                to.writeStringField("kind", question.kind());
            }
            // Must be last.
            Bodies.write(to, question.body());
        });
    }

    private static void user(JsonGenerator to, Sender user) throws IOException {
        to.writeStringField("user", user.id().value());
        if (user.name() != null) {
            to.writeStringField("name", user.name());
        }
    }

    private interface Fields {
        void write(JsonGenerator to) throws IOException;
    }

    private static byte[] object(String question, Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator to = JSON.createGenerator(bytes)) {
            to.writeStartObject();
            to.writeStringField("question", question);
            fields.write(to);
            to.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
