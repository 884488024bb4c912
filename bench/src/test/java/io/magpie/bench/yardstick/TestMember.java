package io.magpie.bench.yardstick;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A member of a room on a client that shares nothing with the bench or the servers.
 *
 * <p>Owner: what is received is collected by the client, one message at a time; all else belongs to the test.
 */
final class TestMember implements WebSocket.Listener, AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final Dialect dialect;
    private final int room;
    private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> payloads = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private final WebSocket socket;

    private TestMember(RunningServer server, Dialect dialect, int room) {
        this.dialect = dialect;
        this.room = room;
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (!dialect.subprotocol().isEmpty()) {
            builder.subprotocols(dialect.subprotocol());
        }
        socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + server.port() + dialect.path(room)), this)
                .join();
    }

    /** A member that is in its room. */
    static TestMember join(RunningServer server, Dialect dialect, int room) throws InterruptedException {
        TestMember member = new TestMember(server, dialect, room);
        dialect.hello(room).forEach(member::send);
        boolean admitted = dialect.hello(room).isEmpty();
        while (!admitted) {
            admitted = dialect.admits(member.next(member.messages));
        }
        return member;
    }

    void publish(String payload) {
        send(dialect.publish(room, Payloads.bytes(payload)));
    }

    /** The next payload that comes. */
    String received() throws InterruptedException {
        while (payloads.isEmpty()) {
            byte[] message = next(messages);
            dialect.read(
                    message,
                    (bytes, offset, length) -> payloads.add(new String(bytes, offset, length, StandardCharsets.UTF_8)));
        }
        return next(payloads);
    }

    @Override
    public void close() {
        socket.abort();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        return collect(from, Payloads.bytes(text.toString()), last);
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer bytes, boolean last) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return collect(from, copy, last);
    }

    private @Nullable CompletionStage<?> collect(WebSocket from, byte[] bytes, boolean last) {
        partial.writeBytes(bytes);
        if (last) {
            messages.add(partial.toByteArray());
            partial.reset();
        }
        from.request(1);
        return null;
    }

    private void send(byte[] message) {
        if (dialect.binary()) {
            socket.sendBinary(ByteBuffer.wrap(message), true).join();
        } else {
            socket.sendText(new String(message, StandardCharsets.UTF_8), true).join();
        }
    }

    private <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came in time");
        }
        return next;
    }
}
