package io.magpie.gateway.hooks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.auth.Identity;
import io.magpie.gateway.auth.Permissions;
import io.magpie.gateway.auth.RoomPatterns;
import io.magpie.gateway.auth.Verdict;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.CommandReader;
import io.magpie.protocol.DeviceId;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.ProtocolException;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the backend answers: one JSON object with {@code allow}. Unknown fields are ignored; a known one of a wrong
 * type makes it no answer. Stateless.
 */
final class Answers {
    private static final int MAX_REASON = 256;
    private static final long MAX_SECONDS = Long.MAX_VALUE / 1_000;
    private static final CommandReader COMMANDS = new CommandReader(Encoding.JSON);

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Answers() {}

    /**
     * Who a client is.
     *
     * @param usual the rooms of somebody of whom the answer doesn't say
     * @param nowMillis since 1970
     */
    static Verdict connect(byte[] answer, RoomPatterns usual, long nowMillis) throws BadAnswerException {
        JsonNode object = object(answer);
        if (!allowed(object)) {
            String reason = reason(object);
            return new Verdict.Refused(Verdict.Reason.BAD, reason.isEmpty() ? "the token isn't good here" : reason);
        }
        long expires = expires(object);
        if (expires <= nowMillis) {
            return new Verdict.Refused(Verdict.Reason.EXPIRED, "the token has expired; get a new one");
        }
        try {
            JsonNode rooms = object.get("rooms");
            Permissions may = Permissions.of(rooms == null ? null : JSON.convertValue(rooms, Object.class), usual);
            return new Verdict.Accepted(
                    new Identity(sender(object), device(object), may.join(), may.send(), may.moderate(), expires));
        } catch (IllegalArgumentException e) {
            throw new BadAnswerException(String.valueOf(e.getMessage()));
        }
    }

    /** Whether somebody may be in a room. */
    static Ruling join(byte[] answer) throws BadAnswerException {
        JsonNode object = object(answer);
        return allowed(object) ? new Ruling.Allowed(null) : new Ruling.Denied(reason(object));
    }

    /**
     * Whether something may be said, and what instead.
     *
     * @param maxBytes of what may be said
     */
    static Ruling send(byte[] answer, int maxBytes) throws BadAnswerException {
        JsonNode object = object(answer);
        if (!allowed(object)) {
            return new Ruling.Denied(reason(object));
        }
        JsonNode data = object.get("data");
        // Many backends write fields that aren't set as null.
        return new Ruling.Allowed(data == null || data.isNull() ? null : body(data, maxBytes));
    }

    private static JsonNode object(byte[] answer) throws BadAnswerException {
        try {
            // Jackson by itself would guess at other encodings.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(answer))
                    .toString();
            JsonNode tree = JSON.readTree(text);
            if (tree.isObject()) {
                return tree;
            }
        } catch (CharacterCodingException | JsonProcessingException e) {
            throw new BadAnswerException("the answer is no JSON");
        }
        throw new BadAnswerException("the answer is no JSON object");
    }

    private static boolean allowed(JsonNode object) throws BadAnswerException {
        JsonNode allow = object.path("allow");
        if (!allow.isBoolean()) {
            throw new BadAnswerException("allow must be true or false");
        }
        return allow.booleanValue();
    }

    private static String reason(JsonNode object) throws BadAnswerException {
        String reason = text(object, "reason");
        if (reason == null || reason.length() <= MAX_REASON) {
            return reason == null ? "" : reason;
        }
        boolean splits = Character.isHighSurrogate(reason.charAt(MAX_REASON - 1));
        return reason.substring(0, splits ? MAX_REASON - 1 : MAX_REASON);
    }

    private static long expires(JsonNode object) throws BadAnswerException {
        JsonNode expires = object.path("expires");
        if (expires.isMissingNode() || expires.isNull()) {
            return Identity.NEVER;
        }
        if (!expires.isIntegralNumber() || !expires.canConvertToLong() || expires.longValue() > MAX_SECONDS) {
            throw new BadAnswerException("expires must be whole seconds since 1970");
        }
        return Math.max(0, expires.longValue()) * 1_000;
    }

    private static Sender sender(JsonNode object) throws BadAnswerException {
        String user = text(object, "user");
        if (user == null || user.startsWith(Identity.GUEST) || !fits(user)) {
            throw new BadAnswerException(
                    user == null ? "user is missing" : "user is no id, or that of a guest, and can't be used");
        }
        String name = text(object, "name");
        // A name has the bounds of an id: everybody in the room gets it with each message.
        return new Sender(new UserId(user), name != null && fits(name) ? name : null);
    }

    private static @Nullable DeviceId device(JsonNode object) throws BadAnswerException {
        String device = text(object, "device");
        try {
            return device == null ? null : new DeviceId(device);
        } catch (ProtocolException e) {
            throw new BadAnswerException("device can't be used: " + e.getMessage());
        }
    }

    private static boolean fits(String id) {
        try {
            return !new UserId(id).value().isEmpty();
        } catch (ProtocolException e) {
            return false;
        }
    }

    private static @Nullable String text(JsonNode object, String name) throws BadAnswerException {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw new BadAnswerException(name + " must be a text");
        }
        return value.textValue();
    }

    /** Data that keeps the rules of what clients send, since clients will read it: it is read as theirs is. */
    private static Body body(JsonNode data, int maxBytes) throws BadAnswerException {
        String envelope = "{\"type\":\"send\",\"room\":\"r\",\"data\":" + data + "}";
        try {
            Command read = COMMANDS.read(Unpooled.wrappedBuffer(envelope.getBytes(StandardCharsets.UTF_8)))
                    .get(0)
                    .command();
            if (read instanceof Command.Send send && send.body().bytes().length <= maxBytes) {
                return send.body();
            }
        } catch (ProtocolException e) {
            throw new BadAnswerException("data can't be sent: " + e.getMessage());
        }
        throw new BadAnswerException("data can't be sent, or is larger than " + maxBytes + " bytes");
    }
}
