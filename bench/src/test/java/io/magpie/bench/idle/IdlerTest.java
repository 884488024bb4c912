package io.magpie.bench.idle;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class IdlerTest {
    private static final byte[] CONNECT = {1, 2, 3};
    private static final byte[] PING = {(byte) ServerFrames.PING, 0};

    private final AtomicInteger lost = new AtomicInteger();
    private final Idler idler = new Idler(lost::incrementAndGet);
    private final List<String> settled = new ArrayList<>();
    private final EmbeddedChannel client = new EmbeddedChannel(new Arrival(false, CONNECT, idler, settled::add));

    @Test
    void arrivesInTwoStepsAndThenIsIdle() {
        assertThat(sent()).isEqualTo(PhoneBytes.upgrade());
        receive("HTTP/1.1 101 Switching Protocols\r\nUpgr");
        receive("ade: websocket\r\n\r\n");
        assertThat(sent()).isEqualTo(CONNECT);
        assertThat(settled).isEmpty();
        receive(frame("{\"type\":\"connected\"}"));
        assertThat(settled).containsExactly("");
        assertThat(client.pipeline().get(Idler.class)).isSameAs(idler);
        assertThat(client.finish()).isFalse();
    }

    @Test
    void saysWhyItDidNotGetIn() {
        assertThat(sent()).isEqualTo(PhoneBytes.upgrade());
        receive("HTTP/1.1 503 Service Unavailable\r\n\r\n");
        assertThat(settled).containsExactly("the server answered HTTP/1.1 503 Service Unavailable");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void saysThatTheServerRefusedItsRoom() {
        assertThat(sent()).isEqualTo(PhoneBytes.upgrade());
        receive("HTTP/1.1 101 Switching Protocols\r\n\r\n");
        assertThat(sent()).isEqualTo(CONNECT);
        receive(frame("{\"type\":\"error\"}"));
        assertThat(settled).hasSize(1).first().asString().contains("{\"type\":\"error\"}");
    }

    @Test
    void waitsForKeysBeforeItUpgrades() {
        EmbeddedChannel secure = new EmbeddedChannel(new Arrival(true, CONNECT, idler, settled::add));
        assertThat(secure.<ByteBuf>readOutbound()).isNull();
        secure.pipeline().fireUserEventTriggered(SslHandshakeCompletionEvent.SUCCESS);
        assertThat(secure.<ByteBuf>readOutbound()).isEqualTo(Unpooled.wrappedBuffer(PhoneBytes.upgrade()));
        assertThat(settled).isEmpty();
        assertThat(secure.finish()).isFalse();
    }

    @Test
    void saysWhyItHasNoKeys() {
        EmbeddedChannel secure = new EmbeddedChannel(new Arrival(true, CONNECT, idler, settled::add));
        SSLHandshakeException cause = new SSLHandshakeException("no common cipher");
        secure.pipeline().fireUserEventTriggered(new SslHandshakeCompletionEvent(cause));
        assertThat(secure.finish()).isFalse();
        assertThat(settled)
                .containsExactly("the TLS handshake failed: javax.net.ssl.SSLHandshakeException: no common cipher");
    }

    @Test
    void leavesToTheIdleClientWhatCameWithTheAnswer() {
        assertThat(sent()).isEqualTo(PhoneBytes.upgrade());
        receive("HTTP/1.1 101 Switching Protocols\r\n\r\n");
        assertThat(sent()).isEqualTo(CONNECT);
        receive(frame("{\"type\":\"connected\"}") + "\u0089");
        receive("\0");
        assertThat(sent()).isEqualTo(PhoneBytes.pong());
        assertThat(client.finish()).isFalse();
    }

    @Test
    void answersEveryPingOfAPacketAndSkipsMessages() {
        EmbeddedChannel idle = new EmbeddedChannel(idler);
        idle.writeInbound(Unpooled.wrappedBuffer(PING, frame("hello").getBytes(StandardCharsets.ISO_8859_1), PING));
        assertThatItAnswered(2, idle);
    }

    @Test
    void putsTornFramesTogether() {
        EmbeddedChannel idle = new EmbeddedChannel(idler);
        ByteBuf all = Unpooled.wrappedBuffer(PING, frame("hello").getBytes(StandardCharsets.ISO_8859_1), PING);
        while (all.isReadable()) {
            idle.writeInbound(all.readBytes(1));
        }
        assertThatItAnswered(2, idle);
    }

    @Test
    void countsThoseWhomTheServerClosed() {
        EmbeddedChannel idle = new EmbeddedChannel(idler);
        idle.writeInbound(Unpooled.wrappedBuffer(new byte[] {(byte) ServerFrames.CLOSE, 0}));
        assertThat(idle.isOpen()).isFalse();
        assertThat(lost).hasValue(1);
    }

    private static void assertThatItAnswered(int pings, EmbeddedChannel idle) {
        for (int i = 0; i < pings; i++) {
            assertThat(idle.<ByteBuf>readOutbound()).isEqualTo(Unpooled.wrappedBuffer(PhoneBytes.pong()));
        }
        assertThat(idle.<ByteBuf>readOutbound()).isNull();
        assertThat(idle.finish()).isFalse();
    }

    private byte[] sent() {
        ByteBuf bytes = client.readOutbound();
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.readBytes(copy);
        bytes.release();
        return copy;
    }

    private void receive(String text) {
        client.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    private static String frame(String payload) {
        return "\u0081" + (char) payload.length() + payload;
    }
}
