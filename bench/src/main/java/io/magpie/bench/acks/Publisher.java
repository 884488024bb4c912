package io.magpie.bench.acks;

import io.magpie.bench.wire.Wire;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.CommandWriter;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventReader;
import io.magpie.protocol.Position;
import io.magpie.protocol.Priority;
import io.magpie.protocol.ProtocolException;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection that publishes to its room and hears the answers. What others say in the room is skipped unread, so that
 * the load costs less than the server.
 *
 * <p>Owner: its event loop.
 */
// A write that fails closes its channel, and that is booked.
@SuppressWarnings("FutureReturnValueIgnored")
final class Publisher extends ByteToMessageDecoder {
    /** Told what a publisher lives through, on its loop. */
    interface Listener {
        /** It is in its room. */
        void joined(Publisher publisher);

        /** A message of it was accepted. */
        void answered(Publisher publisher, Event.Accepted ok);

        /** Something went wrong, or its connection ended before it was {@link #leave told} to. */
        void failed(Publisher publisher, String why);
    }

    private enum State {
        UPGRADING,
        JOINING,
        MEMBER,
        OVER
    }

    private static final CommandWriter WRITER = new CommandWriter(Encoding.JSON);
    private static final EventReader READER = new EventReader(Encoding.JSON);

    /** What a frame of messages begins with, alone or as an array; other frames are read. */
    private static final byte[] MESSAGE = "{\"type\":\"message\"".getBytes(StandardCharsets.US_ASCII);

    private static final int INITIAL = 256;
    private static final int MAX_HEADER = 8;

    private final int number;
    private final RoomId room;
    private final String host;
    private final Listener listener;
    private State state = State.UPGRADING;
    private @Nullable ChannelHandlerContext context;
    private boolean dirty;

    /**
     * A publisher that begins as soon as it is connected.
     *
     * @param number 0, 1, 2 …
     * @param host for the upgrade request
     */
    Publisher(int number, RoomId room, String host, Listener listener) {
        this.number = number;
        this.room = room;
        this.host = host;
        this.listener = listener;
    }

    int number() {
        return number;
    }

    /** Writes a message; {@link #flush} sends it. */
    void publish(long message, String key, byte[] text) {
        ChannelHandlerContext ctx = context;
        if (ctx != null && state == State.MEMBER) {
            write(
                    ctx,
                    message,
                    new Command.Send(new Command.ToRoom(room), key, null, Priority.NORMAL, new Body.Json(text)));
            dirty = true;
        }
    }

    /** Sends what was written. */
    void flush() {
        if (dirty && context != null) {
            dirty = false;
            context.flush();
        }
    }

    /** Ends the connection; what happens from now on is nobody's fault. */
    void leave() {
        state = State.OVER;
        if (context != null) {
            context.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        ByteBuf request = ctx.alloc().buffer(INITIAL);
        Wire.upgrade(request, host);
        ctx.writeAndFlush(request);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        super.channelReadComplete(ctx);
        flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        fail("the connection ended");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(String.valueOf(cause.getMessage()));
        ctx.close();
    }

    @Override
    public String toString() {
        return "publisher " + number;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (state == State.UPGRADING) {
            upgrade(ctx, in);
            return;
        }
        int header = Wire.headerLength(in);
        if (header != Wire.INCOMPLETE && in.readableBytes() >= header + Wire.payloadLength(in)) {
            int opcode = Wire.opcode(in);
            int length = (int) Wire.payloadLength(in);
            handle(ctx, opcode, in.skipBytes(header).readSlice(length));
        }
    }

    private void upgrade(ChannelHandlerContext ctx, ByteBuf in) {
        int head = Wire.headLength(in);
        if (head == Wire.INCOMPLETE) {
            return;
        }
        boolean upgraded = Wire.upgraded(in);
        in.skipBytes(head);
        if (!upgraded) {
            fail("the server doesn't upgrade");
            ctx.close();
            return;
        }
        state = State.JOINING;
        Map<RoomId, @Nullable Position> rooms = new HashMap<>();
        rooms.put(room, null);
        write(ctx, 0, new Command.Connect(null, rooms, new Command.ClientInfo("magpie-bench", null)));
        ctx.flush();
    }

    private void handle(ChannelHandlerContext ctx, int opcode, ByteBuf payload) {
        switch (opcode) {
            case Wire.TEXT -> {
                if (!isMessages(payload)) {
                    read(payload);
                }
            }
            case Wire.PING -> {
                frame(ctx, Wire.PONG, payload);
                ctx.flush();
            }
            case Wire.CLOSE ->
                fail("closed by the server: "
                        + (payload.readableBytes() < 2
                                ? "no code"
                                : payload.readUnsignedShort() + " " + payload.toString(StandardCharsets.UTF_8)));
            default -> fail("a frame with opcode " + opcode + " came");
        }
    }

    private static boolean isMessages(ByteBuf payload) {
        int at = payload.readerIndex();
        if (payload.isReadable() && payload.getByte(at) == '[') {
            at++;
        }
        if (payload.writerIndex() - at < MESSAGE.length) {
            return false;
        }
        for (int i = 0; i < MESSAGE.length; i++) {
            if (payload.getByte(at + i) != MESSAGE[i]) {
                return false;
            }
        }
        return true;
    }

    private void read(ByteBuf payload) {
        try {
            READER.read(payload).forEach(this::handle);
        } catch (ProtocolException e) {
            fail("a frame can't be read: " + e.getMessage());
        }
    }

    private void handle(Event event) {
        if (event instanceof Event.Accepted ok) {
            if (ok.room().equals(room)) {
                listener.answered(this, ok);
            } else {
                fail("an ok of another room, " + ok.room());
            }
        } else if (event instanceof Event.Failed failed) {
            fail("error " + failed.code().wireName() + ": " + failed.message());
        } else if (event instanceof Event.Gap gap) {
            fail("a gap from " + gap.from() + " to " + gap.to());
        } else if (event instanceof Event.Connected connected) {
            Event.RoomState found = connected.rooms().get(room);
            if (found == null || found.head().seq() != 0) {
                fail("the room isn't as new as it should be");
            } else {
                state = State.MEMBER;
                listener.joined(this);
            }
        }
    }

    private void fail(String why) {
        if (state != State.OVER) {
            listener.failed(this, this + ": " + why);
        }
    }

    private static void write(ChannelHandlerContext ctx, long id, Command command) {
        ByteBuf payload = ctx.alloc().buffer(INITIAL);
        WRITER.write(new Request(new RequestId.Number(id), command), payload);
        frame(ctx, Wire.TEXT, payload);
        payload.release();
    }

    private static void frame(ChannelHandlerContext ctx, int opcode, ByteBuf payload) {
        ByteBuf frame = ctx.alloc().buffer(payload.readableBytes() + MAX_HEADER);
        Wire.frame(frame, opcode, payload);
        ctx.write(frame);
    }
}
