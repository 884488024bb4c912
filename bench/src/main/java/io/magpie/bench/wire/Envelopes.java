package io.magpie.bench.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.CommandWriter;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Position;
import io.magpie.protocol.Priority;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What clients say, in JSON. Stateless. */
public final class Envelopes {
    private static final CommandWriter WRITER = new CommandWriter(Encoding.JSON);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Envelopes() {}

    /**
     * The first envelope of a connection.
     *
     * @param ticket of the connection before, if the server gave one
     * @param rooms where to go on in each room; null to begin
     */
    public static ByteBuf connect(@Nullable String ticket, Map<RoomId, @Nullable Position> rooms) {
        ObjectNode envelope = MAPPER.createObjectNode().put("type", "connect").put("id", 0);
        if (ticket != null) {
            envelope.put("resume", ticket);
        }
        ObjectNode all = envelope.putObject("rooms");
        rooms.forEach((room, since) -> {
            if (since == null) {
                all.putNull(room.value());
                return;
            }
            ObjectNode position =
                    all.putObject(room.value()).put("epoch", since.epoch()).put("seq", since.seq());
            if (since.at() != Position.NO_TIME) {
                position.put("at", since.at());
            }
        });
        return Unpooled.copiedBuffer(envelope.toString(), StandardCharsets.UTF_8);
    }

    /** A message, with its name as the key by which a retry is known. */
    public static ByteBuf send(long id, RoomId room, String name, byte[] body) {
        return write(id, new Command.Send(new Command.ToRoom(room), name, null, Priority.NORMAL, new Body.Json(body)));
    }

    /** The newest page of a room's history. */
    public static ByteBuf newest(long id, RoomId room, int limit) {
        return write(id, new Command.History(room, Command.History.UNSET, Command.History.UNSET, limit));
    }

    /** The page of a room's history that follows a seq. */
    public static ByteBuf after(long id, RoomId room, long seq, int limit) {
        return write(id, new Command.History(room, Command.History.UNSET, seq, limit));
    }

    private static ByteBuf write(long id, Command command) {
        ByteBuf out = Unpooled.buffer();
        WRITER.write(new Request(new RequestId.Number(id), command), out);
        return out;
    }
}
