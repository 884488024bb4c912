package io.magpie.bench.compare.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemberHandlerTest {
    private static final String ANSWER = String.join(
            "\r\n",
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            "",
            "");

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private Crowd crowd = crowd(false, false);

    @AfterEach
    void release() {
        crowd.close();
        channel.finishAndReleaseAll();
    }

    @Test
    void asksForTheUpgradeAndIsIn() {
        join();
        assertThat(written()).startsWith("GET /7 HTTP/1.1\r\n").doesNotContain("Extensions", "Protocol");
        receive(ANSWER);
        assertThat(crowd.entered()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 1000})
    void readsFramesThatAreSplitAnywhere(int chunk) {
        join();
        publish(3);
        ByteBuffer all = ServerFrames.join(
                ByteBuffer.wrap(ANSWER.getBytes(StandardCharsets.US_ASCII)),
                ServerFrames.text(LineDialect.message(false, 0)),
                ServerFrames.frame(FrameCursor.PING, new byte[] {1}),
                ServerFrames.text(LineDialect.message(true, 1, 2)));
        while (all.hasRemaining()) {
            byte[] part = new byte[Math.min(chunk, all.remaining())];
            all.get(part);
            channel.writeInbound(Unpooled.wrappedBuffer(part));
        }
        assertThat(crowd.faults().witnesses()).isEmpty();
        assertThat(crowd.meter().deliveries()).isEqualTo(3);
        assertThat(crowd.messages().outstanding()).isZero();
    }

    @Test
    void tellsWhyThereIsNoTls() {
        join();
        channel.pipeline().fireUserEventTriggered(new SslHandshakeCompletionEvent(new IOException("no common cipher")));
        assertThat(crowd.faults().witnesses())
                .containsExactly("member 0: the TLS handshake failed: java.io.IOException: no common cipher");
    }

    @Test
    void answersAPing() {
        join();
        receive(ANSWER);
        written();
        receive(ServerFrames.frame(FrameCursor.PING, new byte[] {42}));
        ByteBuf pong = channel.readOutbound();
        assertThat(ByteBufUtil.hexDump(pong)).startsWith("8a81").hasSize(14);
        pong.release();
    }

    @Test
    void saysHelloAndWaitsUntilItIsAdmitted() {
        crowd = crowd(true, false);
        join();
        receive(ANSWER);
        assertThat(crowd.entered()).isZero();
        receive(ServerFrames.text("wait".getBytes(StandardCharsets.US_ASCII)));
        assertThat(crowd.entered()).isZero();
        receive(ServerFrames.text("in".getBytes(StandardCharsets.US_ASCII)));
        assertThat(crowd.entered()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 503 Busy, answered with HTTP/1.1 503 Busy",
        "HTTP/1.1 101 Switching Protocols, wrong Sec-WebSocket-Accept"
    })
    void isNotInWithoutAnUpgrade(String status, String fault) {
        join();
        receive(status + "\r\nServer: x\r\n\r\n");
        assertThat(crowd.entered()).isZero();
        assertThat(crowd.faults().witnesses()).singleElement().asString().contains(fault);
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void insistsOnCompression() {
        crowd = crowd(false, true);
        join();
        assertThat(written()).contains("Sec-WebSocket-Extensions: permessage-deflate\r\n");
        receive(ANSWER);
        assertThat(crowd.faults().witnesses()).singleElement().asString().contains("doesn't compress");
    }

    @Test
    void reportsACloseOfTheServer() {
        join();
        receive(ANSWER);
        receive(ServerFrames.frame(FrameCursor.CLOSE, new byte[] {0x0f, (byte) 0xa3}));
        assertThat(crowd.faults().count()).isEqualTo(1);
        assertThat(crowd.faults().witnesses()).containsExactly("member 0: the server closed with 4003");
    }

    @Test
    void reportsAMessageThatCameTwice() {
        join();
        receive(ANSWER);
        publish(1);
        receive(ServerFrames.text(LineDialect.message(false, 0)));
        receive(ServerFrames.text(LineDialect.message(false, 0)));
        assertThat(crowd.faults().witnesses()).containsExactly("member 0: message 0 came again");
    }

    private Crowd crowd(boolean hello, boolean deflate) {
        CrowdPlan plan = new CrowdPlan(1, new LineDialect(hello), 7, 1, 1, 0, deflate, true);
        return new Crowd(plan, channel.eventLoop());
    }

    private void join() {
        channel.pipeline().addLast(new MemberHandler(crowd, crowd.members().get(0)));
        channel.pipeline().fireChannelActive();
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            crowd.messages().published(0, 0, 1);
        }
    }

    private String written() {
        ByteBuf out = channel.readOutbound();
        String text = out.toString(StandardCharsets.US_ASCII);
        out.release();
        return text;
    }

    private void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private void receive(ByteBuffer bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
    }
}
