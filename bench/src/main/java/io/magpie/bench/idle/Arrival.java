package io.magpie.bench.idle;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * A client on its way in: upgrades, over wss as soon as the TLS handshake is done, says {@code connect}, waits for
 * {@code connected}, and leaves the pipeline to the handler that stays.
 *
 * <p>Owner: its event loop.
 */
// A write that fails closes its channel, and that is told.
@SuppressWarnings("FutureReturnValueIgnored")
final class Arrival extends ByteToMessageDecoder {
    private static final ByteBuf HEADERS_END = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer("\r\n\r\n", StandardCharsets.US_ASCII).asReadOnly());
    private static final String SWITCHING = "HTTP/1.1 101 ";
    private static final String CONNECTED = "\"type\":\"connected\"";

    private final boolean secure;
    private final byte[] connect;
    private final ChannelHandler staying;
    private final Consumer<String> settled;
    private boolean upgraded;
    private boolean told;

    /**
     * A client.
     *
     * @param secure whether TLS stands before it
     * @param connect the frame that it sends after the upgrade
     * @param staying takes its place
     * @param settled told once: empty when the client is in, else why it isn't
     */
    Arrival(boolean secure, byte[] connect, ChannelHandler staying, Consumer<String> settled) {
        this.secure = secure;
        this.connect = connect;
        this.staying = staying;
        this.settled = settled;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (!secure) {
            upgrade(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                upgrade(ctx);
            } else {
                tell("the TLS handshake failed: " + handshake.cause());
            }
        }
        super.userEventTriggered(ctx, event);
    }

    private static void upgrade(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(PhoneBytes.upgrade()));
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (upgraded) {
            onFrame(ctx, in);
        } else {
            onAnswer(ctx, in);
        }
    }

    private void onAnswer(ChannelHandlerContext ctx, ByteBuf in) {
        int end = ByteBufUtil.indexOf(HEADERS_END, in);
        if (end < 0) {
            return;
        }
        String head = in.readCharSequence(end - in.readerIndex(), StandardCharsets.US_ASCII)
                .toString();
        in.skipBytes(HEADERS_END.readableBytes());
        if (head.startsWith(SWITCHING)) {
            upgraded = true;
            ctx.writeAndFlush(Unpooled.wrappedBuffer(connect));
        } else {
            tell("the server answered " + head.lines().findFirst().orElse("nothing"));
            ctx.close();
        }
    }

    private void onFrame(ChannelHandlerContext ctx, ByteBuf in) {
        int size = ServerFrames.sizeOf(in);
        if (size > in.readableBytes()) {
            return;
        }
        int first = in.getUnsignedByte(in.readerIndex());
        String frame = in.readCharSequence(size, StandardCharsets.UTF_8).toString();
        if (first == ServerFrames.TEXT && frame.contains(CONNECTED)) {
            ctx.pipeline().replace(this, "idle", staying);
            tell("");
        } else {
            tell("the server said " + frame);
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        tell("the server closed the connection before the client was in");
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        tell(cause.toString());
        ctx.close();
    }

    private void tell(String failure) {
        if (!told) {
            told = true;
            settled.accept(failure);
        }
    }
}
