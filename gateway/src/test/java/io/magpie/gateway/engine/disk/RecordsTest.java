package io.magpie.gateway.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.protocol.Body;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordsTest {
    private static final RoomId ROOM = new RoomId("房间");
    private static final byte[] KEY = Records.messageKey(7, 42);

    static Stream<Body> bodies() {
        return Stream.of(
                new Body.Json(utf8("{\"a\":[1,\"鹊桥\"]}")),
                new Body.Cbor(new byte[] {(byte) 0xA0}),
                new Body.Text(utf8("")),
                new Body.Binary(new byte[] {0, -1, 127}),
                Body.RECALLED);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void readsAMessageAsItWasWritten(Body body) {
        Message message = message(body, new Sender(new UserId("lin"), "林"), "k-1", "poll");

        assertThat(Records.message(ROOM, KEY, Records.message(KEY, message, 1_234)))
                .isEqualTo(new Records.StoredMessage(message, 1_234));
    }

    @Test
    void keepsWhatIsNotThere() {
        Message message = message(new Body.Text(utf8("x")), new Sender(new UserId("u"), null), null, null);

        assertThat(Records.message(ROOM, KEY, Records.message(KEY, message, 1)).message())
                .isEqualTo(message);
    }

    @Test
    void ordersKeysByRoomAndSeq() {
        assertThat(Arrays.compareUnsigned(Records.messageKey(1, 255), Records.messageKey(1, 256)))
                .isNegative();
        assertThat(Arrays.compareUnsigned(Records.messageKey(1, Long.MAX_VALUE), Records.messageKey(2, 0)))
                .isNegative();
        assertThat(Records.seqOf(Records.messageKey(3, 99))).isEqualTo(99);
    }

    @Test
    void takesNoDamagedByteForAMessage() {
        byte[] value = Records.message(KEY, message(new Body.Text(utf8("hello")), sender(), "k", null), 9);
        for (int i = 0; i < value.length; i++) {
            byte[] damaged = value.clone();
            damaged[i] ^= 0x10;
            assertThatThrownBy(() -> Records.message(ROOM, KEY, damaged)).isInstanceOf(StorageException.class);
        }
    }

    @Test
    void takesNoShortenedValueForAMessage() {
        byte[] value = Records.message(KEY, message(new Body.Text(utf8("hello")), sender(), "k", null), 9);
        for (int length = 0; length < value.length; length++) {
            byte[] cut = Arrays.copyOf(value, length);
            assertThatThrownBy(() -> Records.message(ROOM, KEY, cut)).isInstanceOf(StorageException.class);
        }
    }

    @Test
    void takesNoMessageInAnothersPlace() {
        byte[] value = Records.message(KEY, message(new Body.Text(utf8("hello")), sender(), "k", null), 9);

        assertThatThrownBy(() -> Records.message(ROOM, Records.messageKey(7, 43), value))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void saysSoWhenANewerVersionWroteIt() {
        byte[] value = Records.message(KEY, message(new Body.Text(utf8("hello")), sender(), "k", null), 9);

        assertThatThrownBy(() -> Records.message(ROOM, KEY, ofVersion(2, KEY, value)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("version 2");
        value[0] = 2;
        assertThatThrownBy(() -> Records.message(ROOM, KEY, value)).hasMessageContaining("damaged");
    }

    @Test
    void readsRoomsAndKeysAsTheyWereWritten() {
        byte[] roomKey = Records.roomKey(ROOM);
        Records.StoredRoom room = new Records.StoredRoom(7, "epoch", 12, 1_700, 99);
        byte[] ordinal = Records.ordinalKey(5);
        Records.StoredKey key =
                new Records.StoredKey(new UserId("lin"), "k", new Position("epoch", 3, 1_700), 4, -5L, 1_800);

        assertThat(Records.room(roomKey, Records.room(roomKey, room))).isEqualTo(room);
        assertThat(Records.key(ordinal, Records.key(ordinal, key))).isEqualTo(key);
        assertThat(Records.ordinalOf(ordinal)).isEqualTo(5);
        assertThat(Records.counter(roomKey, Records.counter(roomKey, 8))).isEqualTo(8);
    }

    private static Message message(Body body, Sender from, String key, String kind) {
        return new Message(ROOM, 42, 1_700_000_000_000L, from, key, kind, body);
    }

    private static Sender sender() {
        return new Sender(new UserId("u"), null);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The value with another version and the check sum that goes with it. */
    static byte[] ofVersion(int version, byte[] key, byte[] value) {
        byte[] other = value.clone();
        other[0] = (byte) version;
        CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(other, 0, 1);
        crc.update(other, 5, other.length - 5);
        ByteBuffer.wrap(other).putInt(1, (int) crc.getValue());
        return other;
    }
}
