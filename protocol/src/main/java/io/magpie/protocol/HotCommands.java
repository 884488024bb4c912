package io.magpie.protocol;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames that come most, one JSON envelope {@code send}, {@code signal} or {@code ping}, in one pass over the
 * bytes.
 *
 * <p>It gives exactly what {@link FrameReader} and {@link Commands} give, or nothing where it isn't sure: other types,
 * unknown or doubled fields, nulls, escapes outside {@code data}, whatever {@link JsonScan} says no to, whatever is wrong.
 * So refusals are worded in one place, and it isn't this one.
 *
 * <p>Owned by the thread that made it, for one frame.
 */
final class HotCommands {
    /** Longer frames aren't what comes most, and are left alone. */
    private static final int MAX_FRAME = 64 << 10;

    private static final long TYPE = JsonScan.word("type");
    private static final long ID = JsonScan.word("id");
    private static final long ROOM = JsonScan.word("room");
    private static final long KEY = JsonScan.word("key");
    private static final long KIND = JsonScan.word("kind");
    private static final long PRIORITY = JsonScan.word("priority");
    private static final long DATA = JsonScan.word("data");

    private static final long SEND = JsonScan.word("send");
    private static final long SIGNAL = JsonScan.word("signal");
    private static final long PING = JsonScan.word("ping");

    private final byte[] bytes;
    private final JsonScan scan;
    private long type;
    private @Nullable RequestId id;
    private @Nullable String room;
    private @Nullable String key;
    private @Nullable String kind;
    private @Nullable Priority priority;
    private @Nullable Body data;

    private HotCommands(byte[] bytes, FrameRules rules) {
        this.bytes = bytes;
        this.scan = new JsonScan(bytes, rules.depth());
    }

    /** The one request of a frame, or none if it is for the strict path. */
    static List<Request> read(byte[] frame, FrameRules rules) {
        if (frame.length > MAX_FRAME) {
            return List.of();
        }
        try {
            HotCommands reader = new HotCommands(frame, rules);
            return reader.envelope() ? reader.request() : List.of();
        } catch (ProtocolException refused) {
            return List.of();
        }
    }

    private boolean envelope() {
        if (!scan.next('{')) {
            return false;
        }
        do {
            long name = scan.word();
            if (!scan.next(':') || !field(name)) {
                return false;
            }
        } while (scan.next(','));
        return scan.next('}') && scan.ended();
    }

    /** Takes the value of a field; false if it isn't a usual one, or the name was there before. */
    private boolean field(long name) {
        if (name == TYPE && type == 0) {
            type = scan.word();
            return type != 0;
        } else if (name == ID && id == null) {
            return id();
        } else if (name == ROOM && room == null) {
            room = scan.text(Names.MAX_BYTES);
            return !room.isEmpty();
        } else if (name == KEY && key == null) {
            key = scan.text(Commands.MAX_TAG);
            return !key.isEmpty();
        } else if (name == KIND && kind == null) {
            kind = scan.text(Commands.MAX_TAG);
            return !kind.isEmpty();
        } else if (name == PRIORITY && priority == null) {
            priority = Priority.ofWireName(scan.text(Commands.MAX_TAG)).orElse(null);
            return priority != null;
        } else if (name == DATA && data == null) {
            return data();
        }
        return false;
    }

    private boolean id() {
        if (scan.peek() == '"') {
            String text = scan.text(RequestId.Text.MAX_BYTES);
            id = new RequestId.Text(text);
            return !text.isEmpty();
        }
        long number = scan.whole();
        id = new RequestId.Number(number);
        return number >= 0;
    }

    private boolean data() {
        scan.peek();
        int start = scan.at();
        if (!scan.value(1)) {
            return false;
        }
        data = new Body.Json(Arrays.copyOfRange(bytes, start, scan.at()));
        return true;
    }

    /** What the fields make, if they make a command. */
    private List<Request> request() {
        if (type == PING) {
            return List.of(new Request(id, new Command.Ping()));
        }
        if (room == null || data == null || room.charAt(0) == '@') {
            return List.of();
        }
        Command.Target target = new Command.ToRoom(new RoomId(room));
        if (type == SEND) {
            Priority given = priority == null ? Priority.NORMAL : priority;
            return List.of(new Request(id, new Command.Send(target, key, kind, given, data)));
        }
        return type == SIGNAL ? List.of(new Request(id, new Command.Signal(target, data))) : List.of();
    }
}
