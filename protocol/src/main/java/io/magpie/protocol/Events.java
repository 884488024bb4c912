package io.magpie.protocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes events of the fields of an envelope. */
final class Events {
    private Events() {}

    /** @throws ProtocolException if a field is missing or wrong, or the type isn't known */
    static Event decode(Fields f) {
        return switch (f.text("type")) {
            case "connected" -> connected(f);
            case "joined" -> new Event.Joined(f.id(), f.room(), state(f));
            case "shown" -> new Event.Shown(f.id(), states(f.object("rooms")));
            case "message" -> new Event.Delivered(message(f.room(), f));
            case "signal" -> new Event.Signalled(f.room(), sender(f.object("from")), f.body());
            case "recalled" -> new Event.Recalled(f.room(), f.number("seq"));
            case "presence" -> new Event.Presence(f.room(), f.count("count"), senders(f, "joined"), senders(f, "left"));
            case "history" -> history(f);
            case "members" -> new Event.MemberList(f.id(), f.room(), f.count("count"), senders(f, "members"));
            case "gap" -> new Event.Gap(f.room(), f.number("from"), f.number("to"), constant(Event.GapReason.class, f));
            case "expiring" -> new Event.Expiring(f.number("after"));
            case "reconnect" -> new Event.Reconnect(f.number("after"), f.text("reason"));
            case "bye" -> bye(f);
            case "ok" -> ok(f);
            case "error" -> failed(f);
            case "pong" -> new Event.Pong(f.id());
            default -> throw new ProtocolException(ErrorCode.UNKNOWN_TYPE, "this client doesn't know the type");
        };
    }

    private static Event connected(Fields f) {
        Fields limits = f.object("limits");
        return new Event.Connected(
                f.id(),
                f.text("connection"),
                sender(f.object("user")),
                f.has("resume") ? f.text("resume") : null,
                f.number("heartbeat"),
                new Event.Limits(limits.count("message"), limits.count("rooms"), limits.count("history")),
                states(f.object("rooms")));
    }

    /** The state of each room, in the order of the envelope. */
    private static Map<RoomId, Event.RoomState> states(Fields rooms) {
        Map<RoomId, Event.RoomState> states = new LinkedHashMap<>();
        for (String room : rooms.names()) {
            states.put(new RoomId(room), state(rooms.object(room)));
        }
        return Collections.unmodifiableMap(states);
    }

    /** A room's state, which lies flat among the fields of {@code joined}. */
    private static Event.RoomState state(Fields f) {
        Position head = new Position(f.text("epoch"), f.number("seq"), Position.NO_TIME);
        boolean recovered = f.flag("recovered");
        Event.Unrecovered reason = f.has("reason") ? constant(Event.Unrecovered.class, f) : null;
        return new Event.RoomState(head, recovered, reason, f.count("members"));
    }

    /** A message; of which room, the page of history knows and not its messages. */
    private static Message message(RoomId room, Fields f) {
        return new Message(
                room,
                f.number("seq"),
                f.number("at"),
                sender(f.object("from")),
                f.has("key") ? f.text("key") : null,
                f.has("kind") ? f.text("kind") : null,
                f.optionalFlag("recalled") ? Body.RECALLED : f.body());
    }

    private static Event history(Fields f) {
        RoomId room = f.room();
        List<Message> messages = new ArrayList<>();
        for (Fields message : f.objects("messages")) {
            messages.add(message(room, message));
        }
        return new Event.HistoryPage(
                f.id(), room, f.text("epoch"), Collections.unmodifiableList(messages), f.flag("more"));
    }

    private static Event bye(Fields f) {
        CloseCode code = CloseCode.of(f.count("code")).orElseThrow(() -> bad("code is unknown"));
        return new Event.Bye(code, f.text("reason"), f.number("after", Event.UNSET));
    }

    /** {@code ok} answers {@code send} with the place of the message, and others with nothing. */
    private static Event ok(Fields f) {
        return f.has("room")
                ? new Event.Accepted(f.id(), f.room(), f.position(), f.optionalFlag("duplicate"))
                : new Event.Done(f.id());
    }

    private static Event failed(Fields f) {
        ErrorCode code = ErrorCode.ofWireName(f.text("code")).orElseThrow(() -> bad("code is unknown"));
        return new Event.Failed(f.id(), code, f.text("message"), f.number("after", Event.UNSET));
    }

    private static List<Sender> senders(Fields f, String name) {
        return f.optionalObjects(name).stream().map(Events::sender).toList();
    }

    private static Sender sender(Fields f) {
        return new Sender(new UserId(f.text("id")), f.has("name") ? f.text("name") : null);
    }

    /** The constant that {@code reason} names in lower case. */
    private static <E extends Enum<E>> E constant(Class<E> type, Fields f) {
        String reason = f.text("reason");
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(reason)) {
                return constant;
            }
        }
        throw bad("reason is unknown");
    }

    private static ProtocolException bad(String message) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, message);
    }
}
