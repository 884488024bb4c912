package io.magpie.bench.compare.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientFramesTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 125, 126, 65_535, 65_536})
    void areUnderstoodByAServer(int length) {
        byte[] payload = "x".repeat(length).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        ByteBuf out = Unpooled.buffer();
        ClientFrames.append(out, FrameCursor.TEXT, payload);
        EmbeddedChannel server = new EmbeddedChannel(new WebSocket13FrameDecoder(true, false, 1 << 20));
        server.writeInbound(out);
        TextWebSocketFrame frame = server.readInbound();
        assertThat(frame.text()).hasSize(length).containsOnlyOnce("x".repeat(length));
        frame.release();
        server.finishAndReleaseAll();
    }
}
