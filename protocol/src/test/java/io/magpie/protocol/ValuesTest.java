package io.magpie.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the small types, apart from any encoding. */
class ValuesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "大厅", "../x", "*", "{tag}", "__proto__", "a b", "🌸", "@inbox", "\u0301"})
    void roomsMayHaveAnyName(String name) {
        assertThat(new RoomId(name)).hasToString(name);
        assertThat(new UserId(name)).hasToString(name);
        assertThat(new DeviceId(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\u0000", "\u007f", "\u009f", "\ud83d", "\udc4b", "\ud83dx"})
    void roomsHaveNoControlsAndNoBrokenText(String name) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> new RoomId(name))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_ROOM));
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> new UserId(name))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> new DeviceId(name))
                .withMessageStartingWith("the device ")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "大", "🌸"})
    void roomsHave128BytesAtMost(String character) {
        int fits = 128 / Frames.utf8(character).length;

        assertThatCode(() -> new RoomId(character.repeat(fits))).doesNotThrowAnyException();
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> new RoomId(character.repeat(fits + 1)));
    }

    @Test
    void devicesHave64BytesAtMost() {
        assertThatCode(() -> new DeviceId("大".repeat(21) + "x")).doesNotThrowAnyException();
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> new DeviceId("大".repeat(21) + "xy"))
                .withMessage("the device is longer than 64 bytes");
    }

    @Test
    void namesOfManyCombiningMarksAreBoundedAsAnyOther() {
        assertThatCode(() -> new UserId("a" + "\u0301".repeat(63))).doesNotThrowAnyException();
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> new UserId("a" + "\u0301".repeat(10_000)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    @Test
    void roomsWithAnAtSignBelongToTheServer() {
        assertThat(new RoomId("@inbox").reserved()).isTrue();
        assertThat(new RoomId("a@b").reserved()).isFalse();
    }

    @Test
    void positionsHoldToWhatJavaScriptCanCount() {
        assertThatCode(() -> new Position("e", (1L << 53) - 1, 0)).doesNotThrowAnyException();
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> new Position("e", 1L << 53, 0));
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> new Position("e", -1, 0));
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> new Position("e", 0, -2));
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> new Position("", 0, 0));
    }

    @Test
    void idsHoldToTheirLimits() {
        assertThatCode(() -> new RequestId.Number(-(1L << 53) + 1)).doesNotThrowAnyException();
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> new RequestId.Number(-(1L << 53)));
        assertThatCode(() -> new RequestId.Text("大".repeat(21) + "x")).doesNotThrowAnyException();
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> new RequestId.Text("大".repeat(22)));
    }

    @ParameterizedTest
    @EnumSource(CloseCode.class)
    void privateCloseCodesTellWhetherToReconnect(CloseCode code) {
        assertThat(CloseCode.of(code.code())).contains(code);
        if (code.code() >= 4000) {
            assertThat(code.reconnect()).isEqualTo(code.code() % 1000 < 500);
        }
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void errorCodesAreFoundByTheirWireName(ErrorCode code) {
        assertThat(ErrorCode.ofWireName(code.wireName())).contains(code);
        assertThat(code.wireName()).matches("[a-z_]+");
    }

    @Test
    void onlyWhatMayPassByItselfIsRetryable() {
        assertThat(ErrorCode.values())
                .filteredOn(ErrorCode::retryable)
                .extracting(ErrorCode::wireName)
                .containsExactly("rate_limited", "busy", "timeout", "unavailable", "storage_full");
    }

    @Test
    void unknownNamesAreNobodys() {
        assertThat(ErrorCode.ofWireName("BUSY")).isEmpty();
        assertThat(CloseCode.of(4502)).isEmpty();
        assertThat(Priority.ofWireName("urgent")).isEmpty();
        assertThat(Encoding.ofSubProtocol("MAGPIE.V1.JSON")).isEmpty();
        assertThat(Encoding.ofSubProtocol("")).isEmpty();
    }

    @Test
    void subProtocolsAndPrioritiesAreFoundByTheirNames() {
        assertThat(Encoding.ofSubProtocol(Encoding.JSON.subProtocol())).contains(Encoding.JSON);
        assertThat(Encoding.ofSubProtocol(Encoding.CBOR.subProtocol())).contains(Encoding.CBOR);
        for (Priority priority : Priority.values()) {
            assertThat(Priority.ofWireName(priority.wireName())).contains(priority);
        }
    }

    @Test
    void bodiesAreEqualByFormAndContent() {
        byte[] bytes = {1, 2};

        assertThat(new Body.Json(bytes))
                .isEqualTo(new Body.Json(bytes.clone()))
                .hasSameHashCodeAs(new Body.Json(bytes.clone()));
        assertThat((Body) new Body.Text(bytes)).isNotEqualTo(new Body.Binary(bytes));
        assertThat(new Body.Cbor(bytes))
                .isNotEqualTo(new Body.Cbor(new byte[] {1}))
                .hasToString("Cbor[2 bytes]");
    }

    @Test
    void whatIsSecretIsNotShown() {
        Event connected = new Event.Connected(
                null,
                "c1",
                new Sender(new UserId("u"), null),
                "planted-ticket",
                25,
                new Event.Limits(1, 1, 1),
                Map.of());

        assertThat(connected.toString()).contains("c1").doesNotContain("planted");
        assertThat(new Command.Connect("planted-token", "planted-ticket", Map.of(), null).toString())
                .doesNotContain("planted");
        assertThat(new Command.Refresh("planted-token").toString()).doesNotContain("planted");
    }

    @Test
    void messagesWeighWhatTheyHold() {
        Sender from = new Sender(new UserId("u"), null);
        Message light = new Message(new RoomId("r"), 1, 1, from, null, null, new Body.Text(new byte[0]));
        Message heavy = new Message(new RoomId("r"), 1, 1, from, "key", "kind", new Body.Text(new byte[100]));

        assertThat(heavy.weight() - light.weight()).isEqualTo(107);
    }
}
