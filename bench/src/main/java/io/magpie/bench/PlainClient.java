package io.magpie.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * A client without a sub-protocol: its room is in the query of the URL, and a text frame is a message.
 *
 * <p>Owner: its event loop.
 */
final class PlainClient extends Client {
    private @Nullable Member member;

    PlainClient(int number, Station station, Listener listener) {
        super(number, station, listener);
    }

    @Override
    void opened(ChannelHandlerContext ctx) {
        BenchPlan.Load load = station().plan().load();
        Member mine = Member.byPublisher(number(), room(), load.publishersOfARoom());
        member = mine;
        ready(mine);
    }

    @Override
    void received(ChannelHandlerContext ctx, WebSocketFrame frame) {
        Member mine = member;
        if (mine == null) {
            return;
        }
        byte[] bytes = ByteBufUtil.getBytes(frame.content());
        if (!(frame instanceof TextWebSocketFrame)) {
            station().ledger().unreadable("a binary frame came for a text");
        } else if (intact(mine, bytes)) {
            arrived(mine, bytes);
        }
    }

    @Override
    WebSocketFrame message(ChannelHandlerContext ctx, int messageNumber, long intended) {
        ByteBuf text = Unpooled.wrappedBuffer(station().payload().stamp(number(), messageNumber, intended));
        return new TextWebSocketFrame(text);
    }

    /** Nothing is acknowledged in plain mode, so what has been sent is due. */
    @Override
    void sent(int messageNumber) {
        station().ledger().published(room(), number(), messageNumber);
    }

    private void arrived(Member mine, byte[] bytes) {
        Ledger ledger = station().ledger();
        BenchPlan.Load load = station().plan().load();
        long publisher = station().payload().publisher(bytes);
        boolean ofThisRoom = publisher < load.publishers() && load.roomOf((int) publisher) == room();
        if (!ofThisRoom) {
            ledger.foreign(mine);
            return;
        }
        int stream = (int) publisher / load.rooms();
        if (ledger.arrived(mine, stream, station().payload().number(bytes))) {
            deliver(mine, bytes);
        }
    }
}
