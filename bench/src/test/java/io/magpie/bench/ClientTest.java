package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.Encoding;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientTest {
    private static final int RUN = 0x1234;
    private static final String ROOM = "bench-r-1";
    private static final String CONNECTED =
            "{\"type\":\"connected\",\"id\":0,\"connection\":\"c1\",\"user\":{\"id\":\"g\"},"
                    + "\"heartbeat\":25,\"limits\":{\"message\":65536,\"rooms\":100,\"history\":100},"
                    + "\"rooms\":{\"" + ROOM + "\":{\"epoch\":\"e\",\"seq\":9,\"recovered\":true,\"members\":1}}}";

    private final List<String> life = new ArrayList<>();
    private final Client.Listener listener = new Client.Listener() {
        @Override
        public void settled(boolean ready) {
            life.add(ready ? "ready" : "failed");
        }

        @Override
        public void gone() {
            life.add("gone");
        }
    };
    private final Ledger ledger = new Ledger(2);
    private final LatencyRecorder recorder = new LatencyRecorder();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private Payload payload = new Payload(Encoding.JSON, RUN, 64, 1);
    private long now = 1_000;

    @AfterEach
    void releaseBuffers() {
        channel.finishAndReleaseAll();
    }

    @Test
    void joinsItsRoomWithOneConnect() {
        start(Encoding.JSON);
        assertThat(outbound())
                .contains("\"type\":\"connect\"")
                .contains("\"id\":0")
                .contains("\"rooms\":{\"" + ROOM + "\":null}");
        assertThat(life).isEmpty();
        receive(CONNECTED);
        assertThat(life).containsExactly("ready");
        assertThat(ledger.counts().get(Count.READY)).isEqualTo(1);
    }

    @Test
    void failsIfItIsNotInTheRoom() {
        start(Encoding.JSON);
        receive(CONNECTED.replace(ROOM, "other"));
        assertThat(life).containsExactly("failed", "gone");
        assertThat(ledger.failures().toString()).contains("not in the room");
    }

    @Test
    void publishesWithTheIntendedTimeAndCountsTheOk() {
        Client client = ready();
        assertThat(client.publish(777)).isTrue();
        assertThat(outbound())
                .contains("\"type\":\"send\"")
                .contains("\"id\":1")
                .contains("\"room\":\"" + ROOM + "\"")
                .contains("\"data\":" + new String(payload.stamp(3, 1, 777), StandardCharsets.US_ASCII));
        assertThat(ledger.rooms().published(1)).isZero();
        receive("{\"type\":\"ok\",\"id\":1,\"room\":\"" + ROOM + "\",\"epoch\":\"e\",\"seq\":10,\"at\":5}");
        assertThat(ledger.counts().get(Count.ACKNOWLEDGED)).isEqualTo(1);
        assertThat(ledger.rooms().published(1)).isEqualTo(1);
    }

    @Test
    void doesNotPublishBeforeItIsReady() {
        Client client = start(Encoding.JSON);
        assertThat(client.publish(777)).isFalse();
    }

    @Test
    void booksAnArrayOfMessagesFromTheirIntendedTime() {
        ready();
        recorder.measureFrom(0);
        receive("[" + message(10, 1, 400) + "," + message(11, 2, 900) + "]");
        assertThat(ledger.counts().get(Count.DELIVERED)).isEqualTo(2);
        assertThat(recorder.deliveries().getMaxValue()).isEqualTo(600);
        assertThat(recorder.deliveries().getMinValue()).isEqualTo(100);
        assertThat(ledger.witnesses()).isEmpty();
    }

    @Test
    void expectsTheSeqAfterTheHeadOfTheRoom() {
        ready();
        receive(message(11, 1, 400));
        assertThat(ledger.witnesses()).containsExactly("client 3 in room 1: seq 11 came after 9");
    }

    @Test
    void measuresADuplicateOnce() {
        ready();
        recorder.measureFrom(0);
        receive(message(10, 1, 400));
        receive(message(10, 1, 400));
        assertThat(ledger.counts().get(Count.DUPLICATED)).isEqualTo(1);
        assertThat(recorder.deliveries().getTotalCount()).isEqualTo(1);
    }

    @Test
    void booksForeignAndChangedMessages() {
        ready();
        receive(message(10, 1, 400).replace("00001234", "00009999"));
        receive(message(11, 1, 400).replaceFirst("[a-z]\"\\}$", "!\"}"));
        assertThat(ledger.counts().get(Count.FOREIGN)).isEqualTo(1);
        assertThat(ledger.counts().get(Count.CORRUPT)).isEqualTo(1);
        assertThat(ledger.counts().get(Count.DELIVERED)).isZero();
    }

    @Test
    void booksErrorsAndGapsAndStaysConnected() {
        ready();
        receive("{\"type\":\"error\",\"id\":1,\"code\":\"rate_limited\",\"message\":\"slow down\",\"retryable\":true}");
        receive("{\"type\":\"gap\",\"room\":\"" + ROOM + "\",\"from\":10,\"to\":12,\"reason\":\"trimmed\"}");
        assertThat(ledger.errors().asMap()).containsEntry("rate_limited", 1L);
        assertThat(ledger.counts().get(Count.GAPS)).isEqualTo(1);
        assertThat(channel.isOpen()).isTrue();
        assertThat(life).containsExactly("ready");
    }

    @Test
    void failsOnAnErrorInAnswerToConnect() {
        start(Encoding.JSON);
        receive("{\"type\":\"error\",\"id\":0,\"code\":\"limit\",\"message\":\"too many\",\"retryable\":false}");
        assertThat(life).containsExactly("failed", "gone");
        assertThat(ledger.failures().toString()).isEqualTo("error limit: too many ×1");
    }

    @Test
    void booksFramesThatAreNoEnvelopes() {
        ready();
        receive("{\"type\":");
        channel.writeInbound(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {1})));
        assertThat(ledger.counts().get(Count.UNREADABLE)).isEqualTo(2);
    }

    @Test
    void booksTheCloseCodeOfTheServer() {
        ready();
        channel.writeInbound(new CloseWebSocketFrame(4003, "too slow"));
        assertThat(life).containsExactly("ready", "gone");
        assertThat(ledger.closes().asMap()).containsEntry("4003 too slow", 1L);
        assertThat(ledger.counts().get(Count.CLOSED)).isEqualTo(1);
    }

    @Test
    void booksAConnectionThatBreaks() {
        ready();
        channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        assertThat(ledger.closes().asMap()).containsEntry("1006 Connection reset by peer", 1L);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void failsIfItIsNotReadyInTime() {
        channel.freezeTime();
        start(Encoding.JSON);
        channel.advanceTimeBy(6, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(life).containsExactly("failed", "gone");
        assertThat(ledger.failures().toString()).isEqualTo("not ready within 5000 ms ×1");
    }

    @Test
    void saysGoodbyeAndBooksNothingMore() {
        Client client = ready();
        client.leave();
        CloseWebSocketFrame close = channel.readOutbound();
        assertThat(close.statusCode()).isEqualTo(1000);
        close.release();
        receive(message(10, 1, 400));
        channel.writeInbound(new CloseWebSocketFrame(1000, ""));
        assertThat(ledger.counts().get(Count.DELIVERED)).isZero();
        assertThat(ledger.counts().get(Count.CLOSED)).isZero();
        assertThat(life).containsExactly("ready", "gone");
    }

    @Test
    void isReadyAtOnceInPlainMode() {
        Client client = start(Encoding.PLAIN);
        assertThat(life).containsExactly("ready");
        assertThat(client.publish(777)).isTrue();
        assertThat(outbound()).isEqualTo(new String(payload.stamp(3, 1, 777), StandardCharsets.US_ASCII));
        assertThat(ledger.rooms().published(1)).isEqualTo(1);
    }

    @Test
    void checksPlainMessagesByPublisher() {
        start(Encoding.PLAIN);
        receivePlain(1, 1);
        receivePlain(3, 1);
        receivePlain(1, 3);
        assertThat(ledger.counts().get(Count.DELIVERED)).isEqualTo(3);
        assertThat(ledger.witnesses())
                .containsExactly("client 3 in room 1: message 3 of the room's publisher 0 came after 1");
    }

    @Test
    void booksPlainMessagesOfOtherRoomsAndPongs() {
        start(Encoding.PLAIN);
        receivePlain(2, 1);
        receivePlain(99, 1);
        receive("pong");
        channel.writeInbound(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(payload.stamp(1, 1, 1))));
        assertThat(ledger.counts().get(Count.FOREIGN)).isEqualTo(3);
        assertThat(ledger.counts().get(Count.UNREADABLE)).isEqualTo(1);
    }

    private Client ready() {
        Client client = start(Encoding.JSON);
        outbound();
        receive(CONNECTED);
        return client;
    }

    /** Client 3 of four, in the second of two rooms. */
    private Client start(Encoding mode) {
        payload = new Payload(mode, RUN, 64, 1);
        Client client = Client.of(
                3,
                new Station(Plans.small(mode), "r", payload, new FrameMemo(), ledger, recorder, () -> now),
                listener);
        channel.pipeline().addLast(client);
        channel.pipeline().fireUserEventTriggered(ClientHandshakeStateEvent.HANDSHAKE_COMPLETE);
        return client;
    }

    private String message(long seq, long number, long intended) {
        return "{\"type\":\"message\",\"room\":\"" + ROOM + "\",\"seq\":" + seq + ",\"at\":1,\"from\":{\"id\":\"g\"},"
                + "\"data\":" + new String(payload.stamp(1, number, intended), StandardCharsets.US_ASCII) + "}";
    }

    private void receivePlain(int publisher, long number) {
        receive(new String(payload.stamp(publisher, number, 1), StandardCharsets.US_ASCII));
    }

    private void receive(String text) {
        channel.writeInbound(new TextWebSocketFrame(text));
    }

    private String outbound() {
        WebSocketFrame frame = channel.readOutbound();
        String text = frame.content().toString(StandardCharsets.UTF_8);
        frame.release();
        return text;
    }
}
