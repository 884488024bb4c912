package io.magpie.bench.slow;

import io.magpie.bench.slow.Account.Count;
import io.magpie.bench.wire.Wire;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.CommandWriter;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.Priority;
import io.magpie.protocol.ProtocolException;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One member of the room, straight on the socket: no codec, so that a delivery costs a read and a comparison.
 *
 * <p>Owner: its event loop.
 */
// A write that fails closes its channel, and that is booked.
@SuppressWarnings("FutureReturnValueIgnored")
final class MemberClient extends ChannelInboundHandlerAdapter {
    /** Told what a client lives through, on its loop. */
    interface Listener {
        /** The client is in the room. */
        void joined(MemberClient client);

        /** The client never came into the room. */
        void failed(MemberClient client, String why);

        /** Messages {@code first} to {@code last} were given to the client, for the first time and in order. */
        void delivered(MemberClient client, long first, long last);
    }

    private enum State {
        UPGRADING,
        JOINING,
        MEMBER,
        OVER
    }

    private static final CommandWriter WRITER = new CommandWriter(Encoding.JSON);
    private static final int INITIAL = 256;

    private final int number;
    private final boolean stops;
    private final Party party;
    private final Listener listener;
    private State state = State.UPGRADING;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf rest;
    private long next = 1;
    private String closeReason = "1006 no close frame";

    /** @param stops whether it is one of those that stop reading */
    MemberClient(int number, boolean stops, Party party, Listener listener) {
        this.number = number;
        this.stops = stops;
        this.party = party;
        this.listener = listener;
    }

    boolean stops() {
        return stops;
    }

    /** The seq that it has to get next. */
    long next() {
        return next;
    }

    /** Whether it is in the room and its connection is open. */
    boolean isMember() {
        return state == State.MEMBER;
    }

    /** Reads, or leaves what comes in the socket. */
    void reading(boolean on) {
        if (context != null) {
            context.channel().config().setAutoRead(on);
        }
    }

    /** Sends a message; false if the socket is closed or full. */
    boolean publish(long message) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || state != State.MEMBER || !ctx.channel().isWritable()) {
            return false;
        }
        Body body = new Body.Json(party.text().of(message));
        write(ctx, message + 1, new Command.Send(new Command.ToRoom(party.room()), null, null, Priority.NORMAL, body));
        return true;
    }

    /** Ends the connection; what happens from now on isn't booked. */
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
        Wire.upgrade(request, party.host());
        ctx.writeAndFlush(request);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = rest;
        if (before != null) {
            before.discardReadBytes().writeBytes(in);
            in.release();
            in = before;
            rest = null;
        }
        try {
            readFrames(ctx, in);
        } finally {
            keepRest(ctx, in, before != null);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (state == State.MEMBER) {
            party.account().closed(stops, closeReason);
        } else if (state != State.OVER) {
            listener.failed(this, "closed before it was in the room: " + closeReason);
        }
        state = State.OVER;
        if (rest != null) {
            rest.release();
            rest = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        closeReason = "1006 " + cause.getMessage();
        ctx.close();
    }

    @Override
    public String toString() {
        return "member " + number;
    }

    private void keepRest(ChannelHandlerContext ctx, ByteBuf in, boolean own) {
        if (!in.isReadable() || state == State.OVER) {
            in.release();
        } else if (own) {
            rest = in;
        } else {
            rest = ctx.alloc().buffer(in.readableBytes()).writeBytes(in);
            in.release();
        }
    }

    private void readFrames(ChannelHandlerContext ctx, ByteBuf in) {
        if (state == State.UPGRADING && !upgraded(ctx, in)) {
            return;
        }
        while (in.isReadable() && state != State.OVER) {
            long last = state == State.MEMBER ? party.book().skip(in, next) : 0;
            if (last > 0) {
                advance(last);
            } else if (!readFrame(ctx, in)) {
                return;
            }
        }
    }

    private boolean upgraded(ChannelHandlerContext ctx, ByteBuf in) {
        int head = Wire.headLength(in);
        if (head == Wire.INCOMPLETE) {
            return false;
        }
        if (!Wire.upgraded(in)) {
            closeReason =
                    in.toString(StandardCharsets.US_ASCII).lines().findFirst().orElse("");
            ctx.close();
            return false;
        }
        in.skipBytes(head);
        state = State.JOINING;
        Map<RoomId, @Nullable Position> rooms = new HashMap<>();
        rooms.put(party.room(), null);
        write(ctx, 0, new Command.Connect(null, rooms, new Command.ClientInfo("magpie-bench", null)));
        return true;
    }

    /** Reads one frame in full; false if it isn't there yet. */
    private boolean readFrame(ChannelHandlerContext ctx, ByteBuf in) {
        int header = Wire.headerLength(in);
        if (header == Wire.INCOMPLETE || in.readableBytes() < header + Wire.payloadLength(in)) {
            return false;
        }
        ByteBuf frame = in.readSlice(header + (int) Wire.payloadLength(in));
        ByteBuf payload = frame.slice(header, frame.readableBytes() - header);
        switch (Wire.opcode(frame)) {
            case Wire.TEXT -> readEvents(frame, payload);
            case Wire.PING -> write(ctx, Wire.PONG, payload);
            case Wire.CLOSE -> {
                closeReason = payload.readableBytes() < 2
                        ? "1005"
                        : payload.readUnsignedShort() + " " + payload.toString(StandardCharsets.UTF_8);
                ctx.close();
            }
            default -> wrong("a frame with opcode " + Wire.opcode(frame) + " came");
        }
        return true;
    }

    private void readEvents(ByteBuf frame, ByteBuf payload) {
        List<Event> events;
        try {
            events = party.reader().read(payload);
        } catch (ProtocolException e) {
            wrong("a frame can't be read: " + e.getMessage());
            return;
        }
        boolean right = true;
        for (Event event : events) {
            right &= handle(event);
        }
        List<Message> run = Book.run(events);
        if (right && !run.isEmpty()) {
            party.book().learn(frame, run);
        }
    }

    private boolean handle(Event event) {
        if (event instanceof Event.Delivered delivered) {
            return arrived(delivered.message());
        } else if (event instanceof Event.Accepted) {
            party.account().add(Count.ACCEPTED, 1);
        } else if (event instanceof Event.Failed failed) {
            party.account()
                    .fault(Count.ERRORS, 1, this + ": error " + failed.code().wireName() + ": " + failed.message());
        } else if (event instanceof Event.Gap gap) {
            party.account().fault(Count.GAPS, 1, this + ": gap from " + gap.from() + " to " + gap.to());
            next = Math.max(next, gap.to() + 1);
        } else if (event instanceof Event.Connected connected) {
            connected(connected);
        }
        return true;
    }

    private void connected(Event.Connected connected) {
        Event.RoomState room = connected.rooms().get(party.room());
        if (room == null || room.head().seq() != 0) {
            wrong("the room isn't as new as it should be");
        }
        state = State.MEMBER;
        listener.joined(this);
    }

    private boolean arrived(Message message) {
        String fault = message.room().equals(party.room()) ? party.book().check(message) : "another room's message";
        if (!fault.isEmpty()) {
            wrong(fault);
            return false;
        }
        long seq = message.seq();
        if (seq < next) {
            party.account().fault(Count.REPEATED, 1, this + ": seq " + seq + " came again or too late");
            return true;
        }
        if (seq > next) {
            party.account().fault(Count.SKIPPED, seq - next, this + ": seq " + seq + " came instead of " + next);
            next = seq;
        }
        advance(seq);
        return true;
    }

    private void advance(long last) {
        long first = next;
        next = last + 1;
        listener.delivered(this, first, last);
    }

    private void wrong(String what) {
        party.account().fault(Count.WRONG, 1, this + ": " + what);
    }

    private static void write(ChannelHandlerContext ctx, long id, Command command) {
        ByteBuf payload = ctx.alloc().buffer(INITIAL);
        WRITER.write(new Request(new RequestId.Number(id), command), payload);
        write(ctx, Wire.TEXT, payload);
        payload.release();
    }

    private static void write(ChannelHandlerContext ctx, int opcode, ByteBuf payload) {
        ByteBuf frame = ctx.alloc().buffer(payload.readableBytes() + 8);
        Wire.frame(frame, opcode, payload);
        ctx.writeAndFlush(frame);
    }
}
