package io.magpie.protocol;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of each command on the wire; {@link Commands} reads them. */
final class CommandFields {
    private CommandFields() {}

    static void write(EnvelopeOutput to, Request request) throws IOException {
        RequestId id = request.id();
        Command command = request.command();
        if (command instanceof Command.Connect c) {
            connect(to.open("connect", id), c);
        } else if (command instanceof Command.Join c) {
            to.open("join", id).room(c.room()).position("since", c.since()).optionalCount("history", c.history());
        } else if (command instanceof Command.Leave c) {
            to.open("leave", id).room(c.room());
        } else if (command instanceof Command.Send c) {
            send(to.open("send", id), c);
        } else if (command instanceof Command.Signal c) {
            target(to.open("signal", id), c.target()).body(c.body());
        } else if (command instanceof Command.History c) {
            history(to.open("history", id), c);
        } else if (command instanceof Command.Members c) {
            to.open("members", id).room(c.room()).optionalCount("limit", c.limit());
        } else {
            rest(to, id, command);
        }
        to.close(1);
    }

    private static void rest(EnvelopeOutput to, @Nullable RequestId id, Command command) throws IOException {
        if (command instanceof Command.Refresh c) {
            to.open("refresh", id).text("token", c.token());
        } else if (command instanceof Command.Recall c) {
            to.open("recall", id).room(c.room()).number("seq", c.seq());
        } else if (command instanceof Command.Read c) {
            to.open("read", id).room(c.room()).number("seq", c.seq());
        } else if (command instanceof Command.Hide) {
            to.open("hide", id);
        } else if (command instanceof Command.Show c) {
            named(to.open("show", id), c.rooms());
        } else if (command instanceof Command.Ping) {
            to.open("ping", id);
        } else {
            throw new IllegalArgumentException("not a command that is sent: " + command);
        }
    }

    private static void connect(EnvelopeOutput to, Command.Connect connect) throws IOException {
        DeviceId device = connect.device();
        to.text("token", connect.token())
                .text("resume", connect.resume())
                .text("device", device == null ? null : device.value());
        named(to, connect.rooms());
        Command.ClientInfo client = connect.client();
        if (client != null) {
            to.openObject("client")
                    .text("name", client.name())
                    .text("version", client.version())
                    .close(1);
        }
    }

    private static void named(EnvelopeOutput to, Map<RoomId, @Nullable Position> rooms) throws IOException {
        if (!rooms.isEmpty()) {
            to.positions(rooms);
        }
    }

    private static void send(EnvelopeOutput to, Command.Send send) throws IOException {
        target(to, send.target()).text("key", send.key()).text("kind", send.kind());
        if (send.priority() != Priority.NORMAL) {
            to.text("priority", send.priority().wireName());
        }
        to.body(send.body());
    }

    private static void history(EnvelopeOutput to, Command.History history) throws IOException {
        to.room(history.room())
                .optionalNumber("before", history.before())
                .optionalNumber("after", history.after())
                .optionalCount("limit", history.limit());
    }

    private static EnvelopeOutput target(EnvelopeOutput to, Command.Target target) throws IOException {
        if (target instanceof Command.ToRoom room) {
            return to.room(room.room());
        }
        return to.text("to", ((Command.ToUser) target).user().value());
    }
}
