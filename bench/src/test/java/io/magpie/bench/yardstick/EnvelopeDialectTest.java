package io.magpie.bench.yardstick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.protocol.Command;
import io.magpie.protocol.CommandReader;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.RoomId;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EnvelopeDialectTest {
    private static final String OK =
            "{\"type\":\"ok\",\"id\":1,\"room\":\"r0\",\"epoch\":\"Zk3q\",\"seq\":44,\"at\":1}";

    private final Dialect dialect = EnvelopeDialect.INSTANCE;

    @Test
    void findsThePayloadOfOneEnvelope() {
        assertThat(Payloads.in(dialect, message("abc 123"))).containsExactly("abc 123");
    }

    @Test
    void findsThePayloadsOfAnArrayInOrder() {
        String array = "[" + message("first") + " , " + message("second") + "," + message("") + "]";
        assertThat(Payloads.in(dialect, array)).containsExactly("first", "second", "");
    }

    @Test
    void leavesOutWhatIsNoMessage() {
        String array = "[" + OK + "," + message("it") + ",{\"type\":\"signal\",\"room\":\"r0\",\"data\":\"x\"},"
                + "{\"type\":\"history\",\"messages\":[{\"seq\":1,\"type\":\"message\",\"data\":\"old\"}]}]";
        assertThat(Payloads.in(dialect, array)).containsExactly("it");
        assertThat(Payloads.in(dialect, OK)).isEmpty();
    }

    @Test
    void findsThePayloadWhereverTheFieldsStand() {
        assertThat(Payloads.in(dialect, "{\"data\" :  \"it\" , \"from\":{\"data\":\"no\"},\"type\":\"message\"}"))
                .containsExactly("it");
    }

    @Test
    void leavesOutDataThatIsNoString() {
        assertThat(Payloads.in(dialect, "{\"type\":\"message\",\"data\":{\"data\":\"no\"}}"))
                .isEmpty();
    }

    @Test
    void findsALongPayload() {
        String payload = "0123456789abcdef".repeat(4_096);
        assertThat(Payloads.in(dialect, "[" + message(payload) + "," + message("end") + "]"))
                .containsExactly(payload, "end");
    }

    @Test
    void refusesWhatIsNoJson() {
        assertThatThrownBy(() -> Payloads.in(dialect, message("cut off").substring(0, 60)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isAdmittedByConnected() {
        String connected = "{\"type\":\"connected\",\"id\":0,\"rooms\":{\"r0\":{\"seq\":0}}}";
        assertThat(dialect.admits(Payloads.bytes(connected))).isTrue();
        assertThat(dialect.admits(Payloads.bytes("[" + connected + "," + message("x") + "]")))
                .isTrue();
        assertThat(dialect.admits(Payloads.bytes(message("connected")))).isFalse();
    }

    @Test
    void connectsToARoomAndSendsThere() {
        Command connect = command(dialect.hello(7).get(0));
        assertThat(connect)
                .isInstanceOfSatisfying(
                        Command.Connect.class, it -> assertThat(it.rooms()).containsOnlyKeys(new RoomId("r7")));
        Command send = command(dialect.publish(7, Payloads.bytes("it's 1 < 2")));
        assertThat(send).isInstanceOfSatisfying(Command.Send.class, it -> {
            assertThat(it.target()).isEqualTo(new Command.ToRoom(new RoomId("r7")));
            assertThat(it.body().bytes()).asString(StandardCharsets.UTF_8).isEqualTo("\"it's 1 < 2\"");
        });
    }

    private static Command command(byte[] frame) {
        return new CommandReader(Encoding.JSON)
                .read(Unpooled.wrappedBuffer(frame))
                .get(0)
                .command();
    }

    private static String message(String payload) {
        return "{\"type\":\"message\",\"room\":\"r0\",\"seq\":44,\"at\":1764000000456,\"from\":{\"id\":\"a\"},\"data\":\""
                + payload + "\"}";
    }
}
