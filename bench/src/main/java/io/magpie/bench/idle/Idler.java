package io.magpie.bench.idle;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that is in and does nothing but answer pings. One object for all clients; any event loop.
 *
 * <p>It has no memory, so it can't put a torn frame together: what an idle client gets is far smaller than a packet.
 */
@Sharable
// A pong that can't be written closes its channel, and that is counted.
@SuppressWarnings("FutureReturnValueIgnored")
final class Idler extends ChannelInboundHandlerAdapter {
    private static final ByteBuf PONG =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(PhoneBytes.pong()));

    private final AtomicInteger lost = new AtomicInteger();

    /** Clients that the server closed, or whose connection broke. */
    int lost() {
        return lost.get();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            while (in.isReadable()) {
                int first = in.getUnsignedByte(in.readerIndex());
                in.skipBytes(ServerFrames.sizeOf(in));
                if (first == ServerFrames.PING) {
                    ctx.writeAndFlush(PONG.duplicate());
                } else if (first == ServerFrames.CLOSE) {
                    ctx.close();
                }
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        lost.incrementAndGet();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
