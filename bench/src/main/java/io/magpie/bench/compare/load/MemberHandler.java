package io.magpie.bench.compare.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The only handler of a member's connection, but for TLS before it: upgrades, enters the room, then hands every data
 * frame to the crowd, all of it on the received bytes themselves.
 *
 * <p>Owner: the event loop of the load.
 */
final class MemberHandler extends ChannelInboundHandlerAdapter {
    private final Crowd crowd;
    private final Member member;
    private Phase phase = Phase.UPGRADING;

    private enum Phase {
        UPGRADING,
        ENTERING,
        IN,
        OUT
    }

    MemberHandler(Crowd crowd, Member member) {
        this.crowd = crowd;
        this.member = member;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        member.connected(ctx.channel());
        member.send(Unpooled.wrappedBuffer(
                Handshake.request(crowd.plan(), member.room().number())));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf received = (ByteBuf) message;
        crowd.meter().received(received.readableBytes());
        try {
            if (phase != Phase.OUT) {
                ByteBuffer in =
                        member.withRest(received.internalNioBuffer(received.readerIndex(), received.readableBytes()));
                read(in);
            }
        } catch (DeliveryFault e) {
            leave(e.what());
        } finally {
            received.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            leave("the TLS handshake failed: " + handshake.cause());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leave(phase == Phase.UPGRADING ? "the server closed the connection before the upgrade" : "the server closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        leave(String.valueOf(cause));
    }

    private void read(ByteBuffer in) throws DeliveryFault {
        int from = in.position();
        int limit = in.limit();
        in.clear();
        if (phase == Phase.UPGRADING) {
            from = upgrade(in, from, limit);
        }
        if (phase != Phase.UPGRADING) {
            from = frames(in, from, limit);
        }
        member.keepRest(in, from, limit);
    }

    private int upgrade(ByteBuffer in, int from, int limit) throws DeliveryFault {
        byte[] bytes = new byte[limit - from];
        in.get(from, bytes);
        Optional<Handshake> answer = Handshake.answer(bytes);
        if (answer.isEmpty()) {
            return from;
        }
        Handshake handshake = answer.get();
        handshake.check(crowd.plan());
        if (handshake.compresses()) {
            member.room().compressed(handshake.takesContextOver());
        }
        phase = Phase.ENTERING;
        if (crowd.hello(member)) {
            enter();
        }
        return from + handshake.length();
    }

    private int frames(ByteBuffer in, int start, int limit) throws DeliveryFault {
        FrameCursor cursor = crowd.cursor();
        long now = System.nanoTime();
        int from = start;
        while (phase != Phase.OUT && cursor.at(in, from, limit)) {
            from = cursor.end();
            if (!cursor.isData()) {
                control(in, cursor);
            } else if (phase == Phase.IN) {
                crowd.received(member, in, cursor, now);
            } else if (admits(in, cursor)) {
                enter();
            }
        }
        return from;
    }

    private boolean admits(ByteBuffer in, FrameCursor cursor) throws DeliveryFault {
        byte[] payload = cursor.copyPayload(in);
        byte[] message = cursor.compressed() ? member.room().inflate(payload) : payload;
        return crowd.plan().dialect().admits(message);
    }

    private void control(ByteBuffer in, FrameCursor cursor) throws DeliveryFault {
        if (cursor.opcode() == FrameCursor.PING) {
            ByteBuf pong = Unpooled.buffer();
            ClientFrames.append(pong, ClientFrames.PONG, cursor.copyPayload(in));
            member.send(pong);
        } else if (cursor.opcode() == FrameCursor.CLOSE) {
            byte[] payload = cursor.copyPayload(in);
            throw new DeliveryFault("the server closed with " + closeCode(payload));
        }
    }

    private static String closeCode(byte[] payload) {
        return payload.length < 2
                ? "no code"
                : Integer.toString(Byte.toUnsignedInt(payload[0]) << Byte.SIZE | Byte.toUnsignedInt(payload[1]));
    }

    private void enter() {
        phase = Phase.IN;
        crowd.entered(member);
    }

    private void leave(String why) {
        if (phase != Phase.OUT) {
            phase = Phase.OUT;
            crowd.lost(member, why);
        }
    }
}
