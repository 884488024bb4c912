package io.magpie.bench.verify;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One direction through the {@link ChaosProxy}: takes what one end sent and hands it to the other, as a disturbance has
 * it. Order is kept whatever happens.
 *
 * <p>Owner: the proxy's loop.
 */
// A write that fails closes its channel, and that ends the pair.
@SuppressWarnings("FutureReturnValueIgnored")
final class Lane extends ChannelInboundHandlerAdapter {
    /** The two lanes of a connection. */
    interface Pair {
        /** The other end of a lane. */
        @Nullable
        Channel other(Lane lane);

        /** One end is gone. */
        void ended(Lane lane);

        /** A cut is due: both ends go, with or without a reset. */
        void cut(boolean reset);
    }

    private static final long MAX_QUEUED = 256 << 10;
    private static final int MAX_SLICES = 256;
    private static final double NANOS = 1e9;

    /** Bytes that are to be handed on at a time of {@link System#nanoTime}. */
    private record Late(ByteBuf bytes, long dueNanos) {}

    private final Pair pair;
    private final Queue<Late> waiting = new ArrayDeque<>();
    private @Nullable Disturbance rule;
    private long left;
    private long freeAt;
    private long queued;

    Lane(Pair pair) {
        this.pair = pair;
    }

    /** From now on; null for nothing. */
    void disturb(@Nullable Disturbance disturbance) {
        rule = disturbance;
        left = disturbance == null ? 0 : disturbance.amount();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        Channel to = pair.other(this);
        Disturbance now = rule;
        if (to == null) {
            bytes.release();
        } else if (now == null) {
            pass(ctx.channel(), to, bytes, 0);
        } else {
            switch (now.kind()) {
                case DELAY -> pass(ctx.channel(), to, bytes, TimeUnit.MILLISECONDS.toNanos(now.amount()));
                case RATE -> pass(ctx.channel(), to, bytes, queueing(bytes.readableBytes(), now.amount()));
                case SLICE -> slice(ctx.channel(), to, bytes);
                case CUT, RESET -> cutWithin(ctx.channel(), to, bytes, now.kind() == Disturbance.Kind.RESET);
                case HALF_OPEN, BLACK_HOLE -> bytes.release();
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        // This end takes no more: the other must not be read.
        Channel other = pair.other(this);
        if (other != null) {
            other.config().setAutoRead(ctx.channel().isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        waiting.forEach(late -> late.bytes().release());
        waiting.clear();
        queued = 0;
        pair.ended(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    /** How much later than now these bytes are through, if so many get through in a second. */
    private long queueing(int bytes, long rate) {
        return Math.max(0, freeAt - System.nanoTime()) + (long) (bytes * NANOS / rate);
    }

    /** What comes later never overtakes what waits. */
    private void pass(Channel from, Channel to, ByteBuf bytes, long delay) {
        if (delay == 0 && waiting.isEmpty()) {
            to.writeAndFlush(bytes);
            return;
        }
        long now = System.nanoTime();
        freeAt = Math.max(freeAt, now + delay);
        queued += bytes.readableBytes();
        from.config().setAutoRead(queued < MAX_QUEUED);
        waiting.add(new Late(bytes, freeAt));
        if (waiting.size() == 1) {
            from.eventLoop().schedule(() -> drain(from, to), freeAt - now, TimeUnit.NANOSECONDS);
        }
    }

    private void drain(Channel from, Channel to) {
        long now = System.nanoTime();
        for (Late next = waiting.peek(); next != null; next = waiting.peek()) {
            if (next.dueNanos() - now > 0) {
                from.eventLoop().schedule(() -> drain(from, to), next.dueNanos() - now, TimeUnit.NANOSECONDS);
                return;
            }
            waiting.remove();
            queued -= next.bytes().readableBytes();
            to.writeAndFlush(next.bytes());
        }
        from.config().setAutoRead(to.isWritable());
    }

    private void slice(Channel from, Channel to, ByteBuf bytes) {
        for (int i = 0; i < MAX_SLICES && bytes.readableBytes() > 1; i++) {
            pass(from, to, bytes.readRetainedSlice(1), 0);
        }
        pass(from, to, bytes, 0);
    }

    private void cutWithin(Channel from, Channel to, ByteBuf bytes, boolean reset) {
        if (bytes.readableBytes() < left || queued > 0) {
            left = Math.max(0, left - bytes.readableBytes());
            pass(from, to, bytes, 0);
            return;
        }
        ByteBuf last = bytes.readRetainedSlice((int) left);
        bytes.release();
        // What still comes must not follow these bytes, which may take a while to leave.
        rule = new Disturbance(Disturbance.Kind.BLACK_HOLE, true, 0);
        to.writeAndFlush(last).addListener(done -> pair.cut(reset));
    }
}
