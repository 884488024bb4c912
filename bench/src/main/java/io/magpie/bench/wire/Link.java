package io.magpie.bench.wire;

import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventReader;
import io.magpie.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection, straight on the socket, so that it sees what a codec would hide: a second close frame, for example. It
 * notices a peer that has gone without a word by pings, if it is {@link #watchful}.
 *
 * <p>Owner: its event loop.
 */
// A write that fails closes its channel, and that is told.
@SuppressWarnings("FutureReturnValueIgnored")
public final class Link extends ByteToMessageDecoder {
    /** Who talks over the connection; called on its loop. */
    public interface Talker {
        /** The envelope to begin with; released by the link. */
        ByteBuf greeting();

        void event(Link link, Event event);

        /** The server did what no server may. */
        void breach(Link link, String what);

        /** The connection is gone; once. */
        void closed(Link link, String reason);
    }

    private static final EventReader READER = new EventReader(Encoding.JSON);
    private static final long BEAT_MILLIS = 500;
    private static final long PING_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final long DEAD_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(4_000);

    /** A server that has closed has so long to end the TCP connection; in this time a second close frame would come. */
    private static final long LINGER_MILLIS = 500;

    private final long number;
    private final String host;
    private final Talker talker;
    private final boolean watches;
    private @Nullable ChannelHandlerContext context;
    private String reason = "1006 no close frame";
    private boolean upgraded;
    private boolean closing;
    private boolean paused;
    private long heardNanos;

    private Link(long number, String host, Talker talker, boolean watches) {
        this.number = number;
        this.host = host;
        this.talker = talker;
        this.watches = watches;
    }

    /**
     * A connection that ends when its peer says nothing for 4 s.
     *
     * @param number which of all connections it is
     * @param host for the upgrade request
     */
    public static Link watchful(long number, String host, Talker talker) {
        return new Link(number, host, talker, true);
    }

    /** A connection that waits for its peer as long as it takes, and never pings. */
    public static Link patient(long number, String host, Talker talker) {
        return new Link(number, host, talker, false);
    }

    /** Which of all connections it is. */
    public long number() {
        return number;
    }

    /** Sends an envelope, which is released. */
    public void send(ByteBuf payload) {
        write(Wire.TEXT, payload);
    }

    /** Whether the socket takes more. */
    public boolean writable() {
        return context != null && context.channel().isWritable() && !closing;
    }

    /** Reads, or leaves what comes in the socket. */
    public void reading(boolean on) {
        paused = !on;
        if (context != null) {
            context.channel().config().setAutoRead(on);
            heardNanos = System.nanoTime();
        }
    }

    /** Ends the connection without a word. */
    public void cut(String why) {
        if (context != null) {
            reason = closing ? reason : why;
            context.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        heardNanos = System.nanoTime();
        ByteBuf request = ctx.alloc().buffer();
        Wire.upgrade(request, host);
        ctx.writeAndFlush(request);
        if (watches) {
            beat(ctx);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        heardNanos = System.nanoTime();
        if (upgraded) {
            readFrame(ctx, in);
        } else {
            readAnswer(in);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        context = null;
        talker.closed(this, reason);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            cut("1006 " + cause.getMessage());
        } else {
            talker.breach(this, cause.toString());
            ctx.close();
        }
    }

    private void readAnswer(ByteBuf in) {
        int head = Wire.headLength(in);
        if (head == Wire.INCOMPLETE) {
            return;
        }
        if (!Wire.upgraded(in)) {
            String line =
                    in.toString(StandardCharsets.US_ASCII).lines().findFirst().orElse("");
            in.skipBytes(in.readableBytes());
            cut("1006 " + line);
            return;
        }
        in.skipBytes(head);
        upgraded = true;
        send(talker.greeting());
    }

    private void readFrame(ChannelHandlerContext ctx, ByteBuf in) {
        int header = Wire.headerLength(in);
        if (header == Wire.INCOMPLETE || in.readableBytes() < header + Wire.payloadLength(in)) {
            return;
        }
        int opcode = Wire.opcode(in);
        int length = (int) Wire.payloadLength(in);
        in.skipBytes(header);
        ByteBuf payload = in.readSlice(length);
        if (closing) {
            talker.breach(this, "a frame with opcode " + opcode + " came after the close frame");
            return;
        }
        switch (opcode) {
            case Wire.TEXT -> readEvents(payload);
            case Wire.PING -> write(Wire.PONG, payload.copy());
            case Wire.PONG -> {}
            case Wire.CLOSE -> closeFrame(ctx, payload);
            default -> talker.breach(this, "a frame with opcode " + opcode + " came");
        }
    }

    private void readEvents(ByteBuf payload) {
        List<Event> events;
        try {
            events = READER.read(payload);
        } catch (ProtocolException e) {
            talker.breach(this, "a frame can't be read: " + e.getMessage());
            return;
        }
        events.forEach(event -> talker.event(this, event));
    }

    private void closeFrame(ChannelHandlerContext ctx, ByteBuf payload) {
        reason = payload.readableBytes() < 2
                ? "1005 a close frame without a code"
                : payload.readUnsignedShort() + " " + payload.toString(StandardCharsets.UTF_8);
        write(Wire.CLOSE, payload.resetReaderIndex().copy());
        closing = true;
        ctx.executor().schedule(() -> ctx.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void beat(ChannelHandlerContext ctx) {
        if (context == null) {
            return;
        }
        long silence = System.nanoTime() - heardNanos;
        if (!paused && silence > DEAD_AFTER_NANOS) {
            cut("1006 silent");
        } else if (upgraded && !paused && silence > PING_AFTER_NANOS) {
            write(Wire.PING, Unpooled.EMPTY_BUFFER);
        }
        ctx.executor().schedule(() -> beat(ctx), BEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void write(int opcode, ByteBuf payload) {
        ChannelHandlerContext ctx = context;
        if (ctx != null && !closing) {
            ByteBuf frame = ctx.alloc().buffer(payload.readableBytes() + 8);
            Wire.frame(frame, opcode, payload);
            ctx.writeAndFlush(frame);
        }
        payload.release();
    }
}
