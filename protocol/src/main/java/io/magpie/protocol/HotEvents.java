package io.magpie.protocol;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON frames of events, those that are written most by hand: {@code message}, {@code signal} and the {@code ok}
 * to a {@code send}. {@link EventFields} writes all others, and what is odd about these, and says what the fields are.
 *
 * <p>Immutable; any thread.
 */
final class HotEvents {
    private static final byte[] MESSAGE = JsonText.ascii("{\"type\":\"message\",\"room\":");
    private static final byte[] SIGNAL = JsonText.ascii("{\"type\":\"signal\",\"room\":");
    private static final byte[] OK = JsonText.ascii("{\"type\":\"ok\"");
    private static final byte[] ID = JsonText.ascii(",\"id\":");
    private static final byte[] ROOM = JsonText.ascii(",\"room\":");
    private static final byte[] EPOCH = JsonText.ascii(",\"epoch\":");
    private static final byte[] SEQ = JsonText.ascii(",\"seq\":");
    private static final byte[] AT = JsonText.ascii(",\"at\":");
    private static final byte[] FROM = JsonText.ascii(",\"from\":{\"id\":");
    private static final byte[] NAME = JsonText.ascii(",\"name\":");
    private static final byte[] KEY = JsonText.ascii(",\"key\":");
    private static final byte[] KIND = JsonText.ascii(",\"kind\":");
    private static final byte[] DATA = JsonText.ascii(",\"data\":");
    private static final byte[] DUPLICATE = JsonText.ascii(",\"duplicate\":true");
    private static final byte[] END = JsonText.ascii("}");
    private static final byte[] OPEN = JsonText.ascii("[");
    private static final byte[] COMMA = JsonText.ascii(",");
    private static final byte[] CLOSE = JsonText.ascii("]");

    private final FrameWriter<Event> others;

    /** @param others writes frames of one event */
    HotEvents(FrameWriter<Event> others) {
        this.others = others;
    }

    /** Appends a frame, as {@link FrameWriter#write} does, or throws as that does. */
    void write(List<? extends Event> events, ByteBuf out) {
        if (events.isEmpty()) {
            throw new IllegalArgumentException("a frame has at least one envelope");
        }
        int start = out.writerIndex();
        JsonText text = new JsonText(out);
        try {
            if (events.size() == 1) {
                write(events.get(0), text);
            } else {
                array(events, text);
            }
            text.flush();
        } catch (IllegalArgumentException unwritable) {
            out.writerIndex(start);
            throw unwritable;
        }
    }

    private void array(List<? extends Event> events, JsonText to) {
        byte[] before = OPEN;
        for (Event event : events) {
            to.raw(before);
            write(event, to);
            before = COMMA;
        }
        to.raw(CLOSE);
    }

    private void write(Event event, JsonText to) {
        to.mark();
        if (event instanceof Event.Delivered e && e.message().body() instanceof Body.Json data) {
            message(to, e.message()).raw(DATA).raw(data.bytes()).raw(END);
        } else if (event instanceof Event.Signalled e && e.body() instanceof Body.Json data) {
            sender(to.raw(SIGNAL).text(e.room().value()), e.from())
                    .raw(DATA)
                    .raw(data.bytes())
                    .raw(END);
        } else if (event instanceof Event.Accepted e) {
            accepted(to, e).raw(END);
        } else {
            to.spoil();
        }
        if (!to.sound()) {
            others.write(List.of(event), to.reset());
        }
    }

    private static JsonText message(JsonText to, Message message) {
        to.raw(MESSAGE).text(message.room().value());
        to.raw(SEQ).number(message.seq()).raw(AT).number(message.at());
        sender(to, message.from());
        return optional(optional(to, KEY, message.key()), KIND, message.kind());
    }

    private static JsonText accepted(JsonText to, Event.Accepted accepted) {
        to.raw(OK);
        if (accepted.id() instanceof RequestId.Number number) {
            to.raw(ID).number(number.value());
        } else if (accepted.id() instanceof RequestId.Text text) {
            to.raw(ID).text(text.value());
        }
        Position position = accepted.position();
        to.raw(ROOM).text(accepted.room().value());
        to.raw(EPOCH).text(position.epoch()).raw(SEQ).number(position.seq());
        if (position.at() != Position.NO_TIME) {
            to.raw(AT).number(position.at());
        }
        return accepted.duplicate() ? to.raw(DUPLICATE) : to;
    }

    private static JsonText sender(JsonText to, Sender sender) {
        return optional(to.raw(FROM).text(sender.id().value()), NAME, sender.name())
                .raw(END);
    }

    private static JsonText optional(JsonText to, byte[] name, @Nullable String value) {
        return value == null ? to : to.raw(name).text(value);
    }
}
