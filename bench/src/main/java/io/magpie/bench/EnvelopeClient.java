package io.magpie.bench;

import io.magpie.protocol.Command;
import io.magpie.protocol.CommandWriter;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventReader;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.Priority;
import io.magpie.protocol.ProtocolException;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks envelopes, in JSON or CBOR: one {@code connect} joins its room, every {@code send} wants an
 * {@code ok}.
 *
 * <p>Owner: its event loop.
 */
// A write that fails closes its channel, and that is booked.
@SuppressWarnings("FutureReturnValueIgnored")
final class EnvelopeClient extends Client {
    /** Room for the fields of a {@code send} besides its data. */
    private static final int ENVELOPE = 256;

    private static final long CONNECT_ID = 0;

    private static final Codec JSON = new Codec(Encoding.JSON);
    private static final Codec CBOR = new Codec(Encoding.CBOR);

    private final Encoding encoding;
    private final Codec codec;
    private final RoomId roomId;
    private @Nullable Member member;

    /** Both directions of an encoding; immutable, so all clients share them. */
    private record Codec(EventReader reader, CommandWriter writer) {
        Codec(Encoding encoding) {
            this(new EventReader(encoding), new CommandWriter(encoding));
        }
    }

    EnvelopeClient(int number, Station station, Listener listener) {
        super(number, station, listener);
        encoding = station.plan().target().mode();
        codec = encoding == Encoding.JSON ? JSON : CBOR;
        roomId = new RoomId(station.roomName(room()));
    }

    @Override
    void opened(ChannelHandlerContext ctx) {
        Map<RoomId, @Nullable Position> rooms = new HashMap<>();
        rooms.put(roomId, null);
        Command connect = new Command.Connect(null, rooms, new Command.ClientInfo("magpie-bench", null));
        ctx.writeAndFlush(frame(ctx, CONNECT_ID, connect));
    }

    @Override
    WebSocketFrame message(ChannelHandlerContext ctx, int messageNumber, long intended) {
        Command send = new Command.Send(
                new Command.ToRoom(roomId),
                null,
                null,
                Priority.NORMAL,
                station().payload().body(number(), messageNumber, intended));
        return frame(ctx, messageNumber, send);
    }

    /** The message is due when the server has said {@code ok}. */
    @Override
    void sent(int messageNumber) {}

    @Override
    void received(ChannelHandlerContext ctx, WebSocketFrame frame) {
        boolean text = frame instanceof TextWebSocketFrame;
        if (text != (encoding == Encoding.JSON)) {
            station().ledger().unreadable((text ? "a text" : "a binary") + " frame came in " + encoding + " mode");
            return;
        }
        List<Event> events;
        try {
            events = station().frames().read(frame.content(), codec.reader);
        } catch (ProtocolException e) {
            station().ledger().unreadable("a frame can't be read: " + e.getMessage());
            return;
        }
        events.forEach(this::handle);
    }

    private void handle(Event event) {
        if (event instanceof Event.Delivered delivered) {
            arrived(delivered.message());
        } else if (event instanceof Event.Accepted accepted) {
            accepted(accepted.id());
        } else if (event instanceof Event.Failed failed) {
            failed(failed);
        } else if (event instanceof Event.Connected connected) {
            connected(connected);
        } else if (event instanceof Event.Gap gap) {
            gap(gap);
        }
    }

    private void connected(Event.Connected connected) {
        Event.RoomState state = connected.rooms().get(roomId);
        if (state == null) {
            fail("connected, but not in the room that was asked for");
            return;
        }
        Member mine = Member.bySeq(number(), room(), state.head().seq());
        member = mine;
        ready(mine);
    }

    private void arrived(Message message) {
        Member mine = member;
        Ledger ledger = station().ledger();
        if (mine == null || !message.room().equals(roomId)) {
            ledger.unreadable("a message came for room " + message.room());
            return;
        }
        byte[] bytes = message.body().bytes();
        boolean first = ledger.arrived(mine, 0, message.seq());
        if (intact(mine, bytes) && first) {
            deliver(mine, bytes);
        }
    }

    private void accepted(@Nullable RequestId id) {
        if (id instanceof RequestId.Number messageNumber) {
            station().ledger().counts().increment(Count.ACKNOWLEDGED);
            station().ledger().published(room(), number(), messageNumber.value());
        } else {
            station().ledger().unreadable("an ok came with an id that nobody sent");
        }
    }

    private void failed(Event.Failed failed) {
        station().ledger().error(failed.code().wireName());
        fail("error " + failed.code().wireName() + ": " + failed.message());
    }

    private void gap(Event.Gap gap) {
        Member mine = member;
        if (mine != null) {
            station().ledger().gap(mine, gap.from(), gap.to());
        }
    }

    private WebSocketFrame frame(ChannelHandlerContext ctx, long id, Command command) {
        ByteBuf out = ctx.alloc().buffer(ENVELOPE + station().payload().length());
        codec.writer.write(new Request(new RequestId.Number(id), command), out);
        return encoding == Encoding.JSON ? new TextWebSocketFrame(out) : new BinaryWebSocketFrame(out);
    }
}
