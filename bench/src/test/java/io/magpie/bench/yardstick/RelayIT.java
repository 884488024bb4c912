package io.magpie.bench.yardstick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server in C reads its bytes right, however they are cut. */
class RelayIT {
    private static final int TEXT = 0x81;
    private static final int FRAGMENT = 0x01;
    private static final int PING = 0x89;
    private static final int CLOSE = 0x88;

    @TempDir
    private Path directory;

    private RunningServer server;
    private RawClient client;

    @BeforeEach
    void connect() throws IOException, InterruptedException {
        RelayYardstick relay = new RelayYardstick();
        assumeTrue(relay.missing().isEmpty());
        server = relay.start(new Launch(-1, false, directory));
        client = new RawClient(server.port());
    }

    @AfterEach
    void disconnect() throws IOException {
        if (server != null) {
            client.close();
            server.close();
        }
    }

    /** The key and its answer are the example of RFC 6455. */
    @Test
    void answersTheUpgrade() throws IOException {
        client.write(RawClient.upgrade("/ws?room=r0"));
        assertThat(client.readHead())
                .startsWith("HTTP/1.1 101 ")
                .contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    }

    @Test
    void endsAConnectionThatAsksForNoUpgrade() throws IOException {
        client.write("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void takesSeveralFramesAtOnce() throws IOException {
        upgrade();
        client.write(frames(frame(TEXT, "one"), frame(TEXT, ""), frame(TEXT, "three")));
        assertThat(client.read(5)).isEqualTo(answer(TEXT, "one"));
        assertThat(client.read(2)).isEqualTo(answer(TEXT, ""));
        assertThat(client.read(7)).isEqualTo(answer(TEXT, "three"));
    }

    @Test
    void takesARequestAndAFrameByteByByte() throws IOException {
        for (byte each : RawClient.upgrade("/ws?room=r0").getBytes(StandardCharsets.ISO_8859_1)) {
            client.write(each);
        }
        client.readHead();
        for (byte each : frame(TEXT, "x".repeat(200))) {
            client.write(each);
        }
        assertThat(client.read(204)).isEqualTo(answer(TEXT, "x".repeat(200)));
    }

    @Test
    void keepsWhatASlowMemberDoesNotTake() throws IOException {
        upgrade();
        String payload = "y".repeat(30_000);
        int count = 400;
        try (RawClient publisher = new RawClient(server.port())) {
            publisher.write(RawClient.upgrade("/ws?room=r0"));
            publisher.readHead();
            for (int i = 0; i < count; i++) {
                publisher.write(frame(TEXT, payload));
                assertThat(publisher.read(payload.length() + 4)).endsWith((byte) 'y', (byte) 'y');
            }
        }
        for (int i = 0; i < count; i++) {
            assertThat(client.read(payload.length() + 4)).isEqualTo(answer(TEXT, payload));
        }
    }

    @Test
    void answersPingAndClose() throws IOException {
        upgrade();
        client.write(frames(frame(PING, "hi"), frame(CLOSE, "\u0003\u00e8")));
        assertThat(client.read(4)).isEqualTo(new byte[] {(byte) 0x8A, 2, 'h', 'i'});
        assertThat(client.read(4)).isEqualTo(new byte[] {(byte) CLOSE, 2, 3, (byte) 0xE8});
        assertThat(client.ended()).isTrue();
    }

    @Test
    void endsAConnectionThatSendsAFragment() throws IOException {
        upgrade();
        client.write(frame(FRAGMENT, "half"));
        assertThat(client.ended()).isTrue();
    }

    private void upgrade() throws IOException {
        client.write(RawClient.upgrade("/ws?room=r0"));
        assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
    }

    private static byte[] frames(byte[]... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    /** A client's frame, masked. */
    private static byte[] frame(int opcode, String payload) {
        byte[] mask = {1, 2, (byte) 0xF3, 4};
        ByteArrayOutputStream frame = head(opcode, payload.length(), 0x80);
        frame.writeBytes(mask);
        for (int i = 0; i < payload.length(); i++) {
            frame.write(payload.charAt(i) ^ mask[i % 4]);
        }
        return frame.toByteArray();
    }

    /** The server's frame. */
    private static byte[] answer(int opcode, String payload) {
        ByteArrayOutputStream frame = head(opcode, payload.length(), 0);
        frame.writeBytes(payload.getBytes(StandardCharsets.ISO_8859_1));
        return frame.toByteArray();
    }

    private static ByteArrayOutputStream head(int opcode, int length, int maskBit) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(opcode);
        if (length < 126) {
            head.write(maskBit | length);
        } else {
            head.write(maskBit | 126);
            head.write(length >> 8);
            head.write(length);
        }
        return head;
    }
}
