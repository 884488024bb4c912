package io.magpie.protocol;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The fields of each event on the wire; {@link Events} reads them. */
final class EventFields {
    private EventFields() {}

    static void write(EnvelopeOutput to, Event event) throws IOException {
        if (event instanceof Event.Delivered e) {
            message(to.open("message", null).room(e.message().room()), e.message());
        } else if (event instanceof Event.Signalled e) {
            signalled(to.open("signal", null), e);
        } else if (event instanceof Event.Recalled e) {
            to.open("recalled", null).room(e.room()).number("seq", e.seq());
        } else if (event instanceof Event.Presence e) {
            presence(to.open("presence", null), e);
        } else if (event instanceof Event.Gap e) {
            gap(to.open("gap", null), e);
        } else if (event instanceof Event.Expiring e) {
            to.open("expiring", null).number("after", e.after());
        } else if (event instanceof Event.Reconnect e) {
            to.open("reconnect", null).number("after", e.after()).text("reason", e.reason());
        } else if (event instanceof Event.Bye e) {
            bye(to.open("bye", null), e);
        } else {
            reply(to, event);
        }
        to.close(1);
    }

    /** The events that carry the {@code id} of what they answer. */
    private static void reply(EnvelopeOutput to, Event event) throws IOException {
        if (event instanceof Event.Connected e) {
            connected(to.open("connected", e.id()), e);
        } else if (event instanceof Event.Joined e) {
            state(to.open("joined", e.id()).room(e.room()), e.state());
        } else if (event instanceof Event.Shown e) {
            states(to.open("shown", e.id()), e.rooms());
        } else if (event instanceof Event.HistoryPage e) {
            history(to.open("history", e.id()), e);
        } else if (event instanceof Event.MemberList e) {
            senders(to.open("members", e.id()).room(e.room()).number("count", e.count()), "members", e.members());
        } else if (event instanceof Event.Done e) {
            to.open("ok", e.id());
        } else if (event instanceof Event.Accepted e) {
            accepted(to.open("ok", e.id()), e);
        } else if (event instanceof Event.Failed e) {
            failed(to.open("error", e.id()), e);
        } else if (event instanceof Event.Pong e) {
            to.open("pong", e.id());
        } else {
            throw new IllegalArgumentException("no way to write " + event);
        }
    }

    /** A message without its room, which a history page says once for all. */
    private static void message(EnvelopeOutput to, Message message) throws IOException {
        to.number("seq", message.seq()).number("at", message.at());
        sender(to.openObject("from"), message.from());
        to.text("key", message.key()).text("kind", message.kind()).body(message.body());
    }

    private static void signalled(EnvelopeOutput to, Event.Signalled signal) throws IOException {
        sender(to.room(signal.room()).openObject("from"), signal.from());
        to.body(signal.body());
    }

    private static void presence(EnvelopeOutput to, Event.Presence presence) throws IOException {
        to.room(presence.room()).number("count", presence.count());
        if (!presence.joined().isEmpty()) {
            senders(to, "joined", presence.joined());
        }
        if (!presence.left().isEmpty()) {
            senders(to, "left", presence.left());
        }
    }

    private static void gap(EnvelopeOutput to, Event.Gap gap) throws IOException {
        to.room(gap.room()).number("from", gap.from()).number("to", gap.to()).text("reason", wireName(gap.reason()));
    }

    private static void bye(EnvelopeOutput to, Event.Bye bye) throws IOException {
        CloseCode code = bye.code();
        to.number("code", code.code()).text("reason", bye.reason()).flag("reconnect", code.reconnect());
        to.optionalNumber("after", bye.after());
    }

    private static void connected(EnvelopeOutput to, Event.Connected connected) throws IOException {
        sender(to.text("connection", connected.connection()).openObject("user"), connected.user());
        to.text("resume", connected.resume()).number("heartbeat", connected.heartbeat());
        Event.Limits limits = connected.limits();
        to.openObject("limits")
                .number("message", limits.message())
                .number("rooms", limits.rooms())
                .number("history", limits.history())
                .close(1);
        states(to, connected.rooms());
    }

    private static void states(EnvelopeOutput to, Map<RoomId, Event.RoomState> rooms) throws IOException {
        to.openObject("rooms");
        for (Map.Entry<RoomId, Event.RoomState> room : rooms.entrySet()) {
            state(to.openObject(room.getKey().value()), room.getValue());
            to.close(1);
        }
        to.close(1);
    }

    /** The fields of a room's state, into the object that is open. The head's {@code at} isn't sent. */
    private static void state(EnvelopeOutput to, Event.RoomState state) throws IOException {
        to.text("epoch", state.head().epoch()).number("seq", state.head().seq());
        to.flag("recovered", state.recovered());
        Event.Unrecovered reason = state.reason();
        if (!state.recovered() && reason != null) {
            to.text("reason", wireName(reason));
        }
        to.number("members", state.members());
    }

    private static void history(EnvelopeOutput to, Event.HistoryPage page) throws IOException {
        to.room(page.room())
                .text("epoch", page.epoch())
                .flag("more", page.more())
                .startArray("messages");
        for (Message message : page.messages()) {
            message(to.openObject(), message);
            to.close(1);
        }
        to.endArray();
    }

    private static void accepted(EnvelopeOutput to, Event.Accepted accepted) throws IOException {
        to.room(accepted.room()).position(accepted.position());
        if (accepted.duplicate()) {
            to.flag("duplicate", true);
        }
    }

    private static void failed(EnvelopeOutput to, Event.Failed failed) throws IOException {
        ErrorCode code = failed.code();
        to.text("code", code.wireName()).text("message", failed.message()).flag("retryable", code.retryable());
        to.optionalNumber("after", failed.after());
    }

    private static void senders(EnvelopeOutput to, String name, List<Sender> senders) throws IOException {
        to.startArray(name);
        for (Sender sender : senders) {
            sender(to.openObject(), sender);
        }
        to.endArray();
    }

    /** Fills and closes the object that is open. */
    private static void sender(EnvelopeOutput to, Sender sender) throws IOException {
        to.text("id", sender.id().value()).text("name", sender.name()).close(1);
    }

    private static String wireName(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
