package io.magpie.gateway.engine.disk;

import io.magpie.gateway.engine.DedupWindow;
import io.magpie.protocol.Body;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The form of what is stored. Every value begins with the version of its form and a check sum over its key and
 * itself, so that no damage, and no value in the wrong place, is ever taken for a message. Numbers are big-endian;
 * texts are UTF-8 behind two bytes of length, −1 for none.
 */
final class Records {
    /** The newest form of each kind of value that this version writes. */
    static final byte VERSION = 1;

    private static final byte JSON = 0;
    private static final byte CBOR = 1;
    private static final byte TEXT = 2;
    private static final byte BINARY = 3;
    private static final byte RECALLED = 4;

    /** Room number and seq. */
    private static final int MESSAGE_KEY = 2 * Long.BYTES;

    private static final byte COPY = 'R';
    private static final int COPY_KEY = 1 + Long.BYTES;

    /** Version and check sum. */
    private static final int HEADER = 1 + Integer.BYTES;

    private Records() {}

    /**
     * A message as it lies in the log.
     *
     * @param total the weights of this message and of all before it in its room, so that two records tell how much lies
     *     between them
     */
    record StoredMessage(Message message, long total) {}

    /**
     * What is kept of a room beside its messages.
     *
     * @param number names the room in the keys of its messages
     * @param floor the seq of the newest message that was trimmed; the room's head is this or the newest message's
     * @param at the time of that message
     * @param total the weights of all messages up to it
     */
    record StoredRoom(long number, String epoch, long floor, long at, long total) {}

    /** A room's record and its name. */
    record NamedRoom(StoredRoom room, RoomId id) {}

    /** What an idempotency key led to. {@code millis} is when, on the wall clock. */
    record StoredKey(UserId from, String key, Position position, int length, long checksum, long millis) {
        /** The same epoch may be given as an object that others have too. */
        DedupWindow.Entry entry(String epoch, long atNanos) {
            Position shared = new Position(epoch, position.seq(), position.at());
            return new DedupWindow.Entry(shared, length, checksum, atNanos);
        }
    }

    /** The key of a message: rooms lie apart, and a room's messages in their order. */
    static byte[] messageKey(long room, long seq) {
        return ByteBuffer.allocate(MESSAGE_KEY).putLong(room).putLong(seq).array();
    }

    static long seqOf(byte[] messageKey) {
        if (messageKey.length != MESSAGE_KEY) {
            throw StorageException.damaged("a message is damaged: its key has " + messageKey.length + " bytes");
        }
        return ByteBuffer.wrap(messageKey).getLong(8);
    }

    static long roomNumberOf(byte[] messageKey) {
        return ByteBuffer.wrap(messageKey).getLong();
    }

    static byte[] roomKey(RoomId room) {
        return room.value().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] ordinalKey(long ordinal) {
        return ByteBuffer.allocate(8).putLong(ordinal).array();
    }

    static long ordinalOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    static byte[] message(byte[] key, Message message, long total) {
        ByteBuf to = begin(64 + message.body().bytes().length);
        to.writeByte(form(message.body())).writeLong(message.at()).writeLong(total);
        text(to, message.from().id().value());
        text(to, message.from().name());
        text(to, message.key());
        text(to, message.kind());
        return end(key, to.writeBytes(message.body().bytes()));
    }

    static StoredMessage message(RoomId room, byte[] key, byte[] value) {
        ByteBuffer from = open("message " + seqOf(key), key, value);
        byte form = from.get();
        long at = from.getLong();
        long total = from.getLong();
        Sender sender = new Sender(new UserId(required(from)), text(from));
        String idempotency = text(from);
        String kind = text(from);
        Body body = body(form, rest(from));
        return new StoredMessage(new Message(room, seqOf(key), at, sender, idempotency, kind, body), total);
    }

    static byte[] room(byte[] key, StoredRoom room) {
        return end(key, fields(begin(64), room));
    }

    private static ByteBuf fields(ByteBuf to, StoredRoom room) {
        to.writeLong(room.number()).writeLong(room.floor());
        to.writeLong(room.at()).writeLong(room.total());
        text(to, room.epoch());
        return to;
    }

    static StoredRoom room(byte[] key, byte[] value) {
        return stored(open("room", key, value));
    }

    private static StoredRoom stored(ByteBuffer from) {
        long number = from.getLong();
        long floor = from.getLong();
        long at = from.getLong();
        long total = from.getLong();
        return new StoredRoom(number, required(from), floor, at, total);
    }

    /** Names the copy of a room's record, which lies elsewhere, by its number: a room must not hang on one block. */
    static byte[] copyKey(long roomNumber) {
        return ByteBuffer.allocate(COPY_KEY).put(COPY).putLong(roomNumber).array();
    }

    static boolean isCopyKey(byte[] key) {
        return key.length == COPY_KEY && key[0] == COPY;
    }

    static byte[] copy(byte[] key, NamedRoom named) {
        ByteBuf to = fields(begin(128), named.room());
        text(to, named.id().value());
        return end(key, to);
    }

    static NamedRoom copy(byte[] key, byte[] value) {
        ByteBuffer from = open("room", key, value);
        return new NamedRoom(stored(from), new RoomId(required(from)));
    }

    static byte[] key(byte[] key, StoredKey stored) {
        ByteBuf to =
                begin(128).writeLong(stored.millis()).writeInt(stored.length()).writeLong(stored.checksum());
        to.writeLong(stored.position().seq()).writeLong(stored.position().at());
        text(to, stored.position().epoch());
        text(to, stored.from().value());
        text(to, stored.key());
        return end(key, to);
    }

    static StoredKey key(byte[] key, byte[] value) {
        ByteBuffer from = open("key", key, value);
        long millis = from.getLong();
        int length = from.getInt();
        long checksum = from.getLong();
        long seq = from.getLong();
        long at = from.getLong();
        Position position = new Position(required(from), seq, at);
        return new StoredKey(new UserId(required(from)), required(from), position, length, checksum, millis);
    }

    static byte[] counter(byte[] key, long value) {
        return end(key, begin(16).writeLong(value));
    }

    static long counter(byte[] key, byte[] value) {
        return open("counter", key, value).getLong();
    }

    private static byte form(Body body) {
        if (body instanceof Body.Json) {
            return JSON;
        } else if (body instanceof Body.Cbor) {
            return CBOR;
        } else if (body instanceof Body.Text) {
            return TEXT;
        }
        return body instanceof Body.Binary ? BINARY : RECALLED;
    }

    private static Body body(byte form, byte[] bytes) {
        return switch (form) {
            case JSON -> new Body.Json(bytes);
            case CBOR -> new Body.Cbor(bytes);
            case TEXT -> new Body.Text(bytes);
            case BINARY -> new Body.Binary(bytes);
            case RECALLED -> Body.RECALLED;
            default -> throw StorageException.newer("a message is of form " + form + ", which a newer version wrote");
        };
    }

    private static ByteBuf begin(int capacity) {
        return Unpooled.buffer(capacity).writeByte(VERSION).writeInt(0);
    }

    private static byte[] end(byte[] key, ByteBuf value) {
        byte[] bytes = ByteBufUtil.getBytes(value);
        ByteBuffer.wrap(bytes).putInt(1, checksum(key, bytes));
        return bytes;
    }

    private static ByteBuffer open(String what, byte[] key, byte[] value) {
        // The check sum is over the version too, and every version has it in this place.
        if (value.length < HEADER || ByteBuffer.wrap(value).getInt(1) != checksum(key, value)) {
            throw StorageException.damaged("a " + what + " is damaged: its check sum is wrong");
        }
        if (value[0] > VERSION) {
            throw StorageException.newer(
                    "a " + what + " has version " + value[0] + ", and this version of Magpie knows up to " + VERSION
                            + "; start the version that wrote it, or a newer one");
        }
        // Not Netty's buffer: a start reads a hundred thousand keys in code that isn't compiled yet.
        return ByteBuffer.wrap(value).position(HEADER);
    }

    private static int checksum(byte[] key, byte[] value) {
        CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(value, 0, 1);
        crc.update(value, HEADER, value.length - HEADER);
        return (int) crc.getValue();
    }

    private static void text(ByteBuf to, @Nullable String text) {
        if (text == null) {
            to.writeShort(-1);
        } else {
            int length = to.writerIndex();
            to.writeShort(0);
            to.setShort(length, ByteBufUtil.writeUtf8(to, text));
        }
    }

    private static @Nullable String text(ByteBuffer from) {
        int length = from.getShort();
        if (length < 0) {
            return null;
        }
        if (length > from.remaining()) {
            throw StorageException.damaged("a text is longer than its value, whose check sum is right");
        }
        String text = new String(from.array(), from.arrayOffset() + from.position(), length, StandardCharsets.UTF_8);
        from.position(from.position() + length);
        return text;
    }

    private static byte[] rest(ByteBuffer from) {
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        return bytes;
    }

    private static String required(ByteBuffer from) {
        String text = text(from);
        if (text == null) {
            throw StorageException.damaged("a text is missing in a value whose check sum is right");
        }
        return text;
    }
}
