package io.magpie.bench.idle;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * A client that is in and does nothing but answer pings. It puts torn frames together: packets and TLS records may end
 * anywhere.
 *
 * <p>Owner: its event loop.
 */
// A pong that can't be written closes its channel, and that is counted.
@SuppressWarnings("FutureReturnValueIgnored")
final class Idler extends ByteToMessageDecoder {
    private static final ByteBuf PONG =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(PhoneBytes.pong()));

    private final Runnable lost;

    /**
     * A client.
     *
     * @param lost told once, when the server has closed the client or its connection is broken
     */
    Idler(Runnable lost) {
        this.lost = lost;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        int size = ServerFrames.sizeOf(in);
        if (size > in.readableBytes()) {
            return;
        }
        int first = in.getUnsignedByte(in.readerIndex());
        in.skipBytes(size);
        if (first == ServerFrames.PING) {
            ctx.writeAndFlush(PONG.duplicate());
        } else if (first == ServerFrames.CLOSE) {
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        lost.run();
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
