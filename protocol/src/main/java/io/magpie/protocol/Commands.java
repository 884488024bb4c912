package io.magpie.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes commands of the fields of an envelope. */
final class Commands {
    private static final int MAX_TICKET = 256;
    static final int MAX_TAG = 64;

    private Commands() {}

    /** @throws ProtocolException if a field is missing or wrong, or the type isn't known */
    static Command decode(Fields f) {
        return switch (f.text("type")) {
            case "connect" -> connect(f);
            case "refresh" -> refresh(f);
            case "join" -> new Command.Join(open(f.room()), f.optionalPosition("since"), f.optionalCount("history"));
            case "leave" -> new Command.Leave(open(f.room()));
            case "send" -> send(f);
            case "signal" -> signal(f);
            case "history" -> history(f);
            case "members" -> new Command.Members(open(f.room()), f.optionalCount("limit"));
            case "recall" -> new Command.Recall(f.room(), f.number("seq"));
            case "read" -> new Command.Read(f.room(), f.number("seq"));
            case "hide" -> new Command.Hide();
            case "show" -> new Command.Show(positions(f));
            case "ping" -> new Command.Ping();
            default -> throw new ProtocolException(ErrorCode.UNKNOWN_TYPE, "this server doesn't know the type");
        };
    }

    private static Command connect(Fields f) {
        Map<RoomId, @Nullable Position> rooms = positions(f);
        rooms.keySet().forEach(Commands::open);
        Command.ClientInfo client = null;
        if (f.has("client")) {
            Fields info = f.object("client");
            client = new Command.ClientInfo(info.optionalText("name", MAX_TAG), info.optionalText("version", MAX_TAG));
        }
        String ticket = f.optionalText("resume", MAX_TICKET);
        DeviceId device = f.has("device") ? new DeviceId(f.text("device")) : null;
        // Of any length: who judges tokens says of a long one what is said of a bad one.
        String token = f.has("token") ? f.text("token") : null;
        return new Command.Connect(token, ticket, device, rooms, client);
    }

    private static Command refresh(Fields f) {
        if (!f.has("token")) {
            throw bad("token is missing");
        }
        return new Command.Refresh(f.text("token"));
    }

    private static Command send(Fields f) {
        Command.Target target = target(f);
        Priority priority = Priority.NORMAL;
        if (f.has("priority")) {
            priority = Priority.ofWireName(f.text("priority"))
                    .orElseThrow(() -> bad("priority must be high, normal or low"));
        }
        String key = f.optionalText("key", MAX_TAG);
        return new Command.Send(target, key, f.optionalText("kind", MAX_TAG), priority, f.body());
    }

    private static Command signal(Fields f) {
        if (f.has("binary")) {
            throw bad("a signal carries data only");
        }
        return new Command.Signal(target(f), f.data());
    }

    private static Command history(Fields f) {
        if (f.has("before") && f.has("after")) {
            throw bad("give before or after, not both");
        }
        long before = f.number("before", Command.History.UNSET);
        long after = f.number("after", Command.History.UNSET);
        return new Command.History(open(f.room()), before, after, f.optionalCount("limit"));
    }

    /** Exactly one of {@code room} and {@code to}. */
    private static Command.Target target(Fields f) {
        if (f.has("room") == f.has("to")) {
            throw bad("give either room or to");
        }
        return f.has("room") ? new Command.ToRoom(open(f.room())) : new Command.ToUser(new UserId(f.text("to")));
    }

    /** {@code rooms}, in the order of the envelope; the value is null for a room that isn't resumed. */
    private static Map<RoomId, @Nullable Position> positions(Fields f) {
        Map<RoomId, @Nullable Position> positions = new LinkedHashMap<>();
        if (f.has("rooms")) {
            Fields rooms = f.object("rooms");
            for (String room : rooms.names()) {
                positions.put(new RoomId(room), rooms.optionalPosition(room));
            }
        }
        return Collections.unmodifiableMap(positions);
    }

    /** A room that clients may name, that is, one that isn't the server's own. */
    private static RoomId open(RoomId room) {
        if (room.reserved()) {
            throw new ProtocolException(ErrorCode.BAD_ROOM, "the room name is reserved");
        }
        return room;
    }

    private static ProtocolException bad(String message) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, message);
    }
}
