package io.magpie.gateway.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.Body;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QuestionsTest {
    private static final Sender ALICE = new Sender(new UserId("u1"), "Alice");
    private static final RoomId HALL = new RoomId("hall");

    @Test
    void asksWhoAClientIs() {
        assertThat(text(Questions.connect("a \"token\"")))
                .isEqualTo("{\"question\":\"connect\",\"token\":\"a \\\"token\\\"\"}");
    }

    @Test
    void asksWhetherAUserMayBeInARoom() {
        assertThat(text(Questions.join(new JoinQuestion(ALICE, HALL, "c1"))))
                .isEqualTo(
                        "{\"question\":\"join\",\"user\":\"u1\",\"name\":\"Alice\",\"room\":\"hall\",\"connection\":\"c1\"}");
    }

    @Test
    void asksAboutDataAsItWasSent() {
        assertThat(send("k1", "image", new Body.Json(utf8("{\"n\": 1.50}"))))
                .isEqualTo(
                        "{\"question\":\"send\",\"user\":\"u1\",\"name\":\"Alice\",\"room\":\"hall\",\"connection\":\"c1\","
                                + "\"key\":\"k1\",\"kind\":\"image\",\"data\":{\"n\": 1.50}}");
    }

    @Test
    void asksAboutEveryKindOfBody() {
        assertThat(send(null, null, new Body.Text(utf8("say \"hi\"")))).endsWith(",\"data\":\"say \\\"hi\\\"\"}");
        assertThat(send(null, null, new Body.Binary(new byte[] {1, 2, 3}))).endsWith(",\"binary\":\"AQID\"}");
        assertThat(send(null, null, new Body.Cbor(new byte[] {(byte) 0x82, 1, 2})))
                .endsWith(",\"data\":[1,2]}");
    }

    private static String send(@Nullable String key, @Nullable String kind, Body body) {
        return text(Questions.send(new SendQuestion(ALICE, HALL, "c1", key, kind, body)));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
