package io.magpie.bench.acks;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.wire.Wire;
import io.magpie.protocol.Event;
import io.magpie.protocol.RoomId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublisherTest {
    private static final String CONNECTED =
            "{\"type\":\"connected\",\"id\":0,\"connection\":\"c\",\"user\":{\"id\":\"u\"},"
                    + "\"heartbeat\":25,\"limits\":{\"message\":1,\"rooms\":1,\"history\":1},"
                    + "\"rooms\":{\"r\":{\"epoch\":\"e\",\"seq\":0,\"recovered\":true,\"members\":1}}}";

    private final List<String> told = new ArrayList<>();
    private final Publisher publisher = new Publisher(7, new RoomId("r"), "host:1", new Publisher.Listener() {
        @Override
        public void joined(Publisher who) {
            told.add("joined");
        }

        @Override
        public void answered(Publisher who, Event.Accepted ok) {
            told.add("ok " + ok.position().seq());
        }

        @Override
        public void failed(Publisher who, String why) {
            told.add(why);
        }
    });
    private final EmbeddedChannel channel = new EmbeddedChannel(publisher);

    @AfterEach
    void release() {
        publisher.leave();
        channel.finishAndReleaseAll();
    }

    @Test
    void upgradesAndJoinsItsRoom() {
        assertThat(written()).startsWith("GET /ws HTTP/1.1\r\nHost: host:1");
        upgrade();
        assertThat(written()).contains("\"type\":\"connect\"", "\"r\":null");
        receive(CONNECTED);
        assertThat(told).containsExactly("joined");
    }

    @Test
    void sendsAMessageWhenItIsFlushed() {
        join();
        publisher.publish(5, "key-5", new Texts(16).of(5));
        assertThat(written()).isEmpty();
        publisher.flush();
        assertThat(written()).contains("\"id\":5", "\"key\":\"key-5\"", "\"0000000000000005\"");
    }

    @Test
    void hearsAnswersAndSkipsWhatIsSaid() {
        join();
        String message = "{\"type\":\"message\",\"this isn't even read\"}";
        receive(message);
        receive("[" + message + "," + message + "]");
        receive("[{\"type\":\"ok\",\"id\":1,\"room\":\"r\",\"epoch\":\"e\",\"seq\":1,\"at\":9},"
                + "{\"type\":\"ok\",\"id\":2,\"room\":\"r\",\"epoch\":\"e\",\"seq\":2,\"at\":9}]");
        assertThat(told).containsExactly("joined", "ok 1", "ok 2");
    }

    @Test
    void hearsAnAnswerInPieces() {
        join();
        byte[] frame = ByteBufUtil.getBytes(
                frame(Wire.TEXT, "{\"type\":\"ok\",\"id\":1,\"room\":\"r\",\"epoch\":\"e\",\"seq\":1,\"at\":9}"));
        for (byte each : frame) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {each}));
        }
        assertThat(told).containsExactly("joined", "ok 1");
    }

    @Test
    void answersAPing() {
        join();
        channel.writeInbound(frame(Wire.PING, "hey"));
        ByteBuf pong = channel.readOutbound();
        assertThat(Wire.opcode(pong)).isEqualTo(Wire.PONG);
        assertThat(pong.toString(StandardCharsets.US_ASCII)).endsWith("hey");
        pong.release();
    }

    @Test
    void tellsWhatGoesWrong() {
        join();
        receive("{\"type\":\"error\",\"id\":1,\"code\":\"busy\",\"message\":\"later\"}");
        receive("{\"type\":\"ok\",\"id\":1,\"room\":\"other\",\"epoch\":\"e\",\"seq\":1,\"at\":9}");
        receive("no envelope");
        channel.close();
        assertThat(told)
                .hasSize(5)
                .contains("publisher 7: error busy: later", "publisher 7: the connection ended")
                .anyMatch(line -> line.contains("an ok of another room"))
                .anyMatch(line -> line.contains("a frame can't be read"));
    }

    @Test
    void tellsThatTheServerDoesNotUpgrade() {
        channel.writeInbound(Unpooled.copiedBuffer("HTTP/1.1 503 No\r\n\r\n", StandardCharsets.US_ASCII));
        assertThat(told).contains("publisher 7: the server doesn't upgrade");
    }

    @Test
    void isSilentAfterItLeft() {
        join();
        publisher.leave();
        assertThat(told).containsExactly("joined");
    }

    private void join() {
        upgrade();
        receive(CONNECTED);
        written();
    }

    private void upgrade() {
        channel.writeInbound(
                Unpooled.copiedBuffer("HTTP/1.1 101 Switching Protocols\r\n\r\n", StandardCharsets.US_ASCII));
    }

    private void receive(String text) {
        channel.writeInbound(frame(Wire.TEXT, text));
    }

    /** An unmasked frame, as a server sends it. */
    private static ByteBuf frame(int opcode, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf frame = Unpooled.buffer().writeByte(0x80 | opcode);
        if (payload.length < 126) {
            frame.writeByte(payload.length);
        } else {
            frame.writeByte(126).writeShort(payload.length);
        }
        return frame.writeBytes(payload);
    }

    /** All that was written so far. */
    private String written() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf each = channel.readOutbound(); each != null; each = channel.readOutbound()) {
            text.append(each.toString(StandardCharsets.UTF_8));
            each.release();
        }
        return text.toString();
    }
}
