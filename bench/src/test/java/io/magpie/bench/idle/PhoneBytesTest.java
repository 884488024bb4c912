package io.magpie.bench.idle;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.Command;
import io.magpie.protocol.CommandReader;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Request;
import io.magpie.protocol.RoomId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhoneBytesTest {
    @Test
    void connectEntersItsRooms() throws Exception {
        assertThat(command(PhoneBytes.connect(List.of(new RoomId("room-7")))))
                .isInstanceOfSatisfying(
                        Command.Connect.class,
                        connect -> assertThat(connect.rooms()).containsOnlyKeys(new RoomId("room-7")));
    }

    @Test
    void longFramesHaveALongLength() throws Exception {
        RoomId room = new RoomId("r".repeat(128));
        assertThat(command(PhoneBytes.connect(List.of(room, new RoomId("x")))))
                .isInstanceOfSatisfying(
                        Command.Connect.class,
                        connect -> assertThat(connect.rooms()).hasSize(2));
    }

    @Test
    void pongIsAMaskedControlFrame() {
        WebSocketFrame frame = decode(PhoneBytes.pong());
        assertThat(frame).isInstanceOf(PongWebSocketFrame.class);
        assertThat(frame.content().isReadable()).isFalse();
        frame.release();
    }

    @Test
    void upgradeOffersTheJsonProtocol() {
        assertThat(new String(PhoneBytes.upgrade(), StandardCharsets.US_ASCII))
                .startsWith("GET /ws HTTP/1.1\r\n")
                .contains("\r\nSec-WebSocket-Protocol: magpie.v1.json\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void findsTheEndOfServerFramesOfEveryLength() {
        for (int length : new int[] {0, 125, 126, 65_535, 65_536}) {
            ByteBuf in = Unpooled.buffer();
            in.writeByte(ServerFrames.TEXT);
            if (length < 126) {
                in.writeByte(length);
            } else if (length < 65_536) {
                in.writeByte(126).writeShort(length);
            } else {
                in.writeByte(127).writeLong(length);
            }
            in.writeZero(length);
            assertThat(ServerFrames.sizeOf(in)).isEqualTo(in.readableBytes());
            assertThat(ServerFrames.sizeOf(in.slice(0, 1))).isEqualTo(Integer.MAX_VALUE);
            in.release();
        }
    }

    private static Command command(byte[] bytes) throws Exception {
        WebSocketFrame frame = decode(bytes);
        try {
            assertThat(frame).isInstanceOf(TextWebSocketFrame.class);
            List<Request> requests = new CommandReader(Encoding.JSON).read(frame.content());
            assertThat(requests).hasSize(1);
            return requests.get(0).command();
        } finally {
            frame.release();
        }
    }

    private static WebSocketFrame decode(byte[] bytes) {
        EmbeddedChannel server = new EmbeddedChannel(new WebSocket13FrameDecoder(true, false, 65_536));
        server.writeInbound(Unpooled.wrappedBuffer(bytes));
        WebSocketFrame frame = server.readInbound();
        assertThat(server.finish()).isFalse();
        return frame;
    }
}
