package io.magpie.bench.idle;

import io.magpie.protocol.Command;
import io.magpie.protocol.CommandWriter;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Position;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client that speaks JSON envelopes sends, as finished bytes, so that a million of them cost no encoders. The
 * mask is the same for all frames: nobody between the bench and its server could be fooled by it.
 */
public final class PhoneBytes {
    private static final CommandWriter WRITER = new CommandWriter(Encoding.JSON);
    private static final byte[] MASK = {0x4d, 0x61, 0x67, 0x70};
    private static final int FINAL_TEXT = 0x81;
    private static final int FINAL_PONG = 0x8A;
    private static final int MASKED = 0x80;
    private static final int SHORT_LENGTH = 126;
    private static final int MAX_LENGTH = 65_535;

    private PhoneBytes() {}

    /** The request to upgrade, offering {@code magpie.v1.json}. */
    public static byte[] upgrade() {
        return String.join(
                        "\r\n",
                        "GET /ws HTTP/1.1",
                        "Host: bench",
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "Sec-WebSocket-Protocol: " + Encoding.JSON.subProtocol(),
                        "",
                        "")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** A frame with the {@code connect} of a guest that enters rooms. */
    public static byte[] connect(Collection<RoomId> rooms) {
        Map<RoomId, @Nullable Position> wanted = new LinkedHashMap<>();
        rooms.forEach(room -> wanted.put(room, null));
        return command(new RequestId.Number(1), new Command.Connect(null, wanted, null));
    }

    /** A frame with any command; no {@code id} means that no answer is wanted. */
    public static byte[] command(@Nullable RequestId id, Command command) {
        ByteBuf payload = Unpooled.buffer();
        WRITER.write(new Request(id, command), payload);
        byte[] bytes = new byte[payload.readableBytes()];
        payload.readBytes(bytes);
        return frame(FINAL_TEXT, bytes);
    }

    /** The answer to a ping without payload. */
    public static byte[] pong() {
        return frame(FINAL_PONG, new byte[0]);
    }

    private static byte[] frame(int first, byte[] payload) {
        if (payload.length > MAX_LENGTH) {
            throw new IllegalArgumentException("a frame of " + payload.length + " bytes");
        }
        ByteBuf out = Unpooled.buffer();
        out.writeByte(first);
        if (payload.length < SHORT_LENGTH) {
            out.writeByte(MASKED | payload.length);
        } else {
            out.writeByte(MASKED | SHORT_LENGTH).writeShort(payload.length);
        }
        out.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            out.writeByte(payload[i] ^ MASK[i % MASK.length]);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }
}
