package io.magpie.bench.yardstick;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The NATS protocol in binary frames; a room is a subject. The server puts everything that waits for a client into one
 * frame, and ends it with a whole operation: only for browsers, known by their {@code User-Agent}, it cuts frames at 4 KiB.
 */
enum NatsDialect implements Dialect {
    INSTANCE;

    private static final String CONNECT =
            "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":true,\"protocol\":1,\"lang\":\"java\",\"version\":\"1\"}";

    private static final int LINE_END = 2;

    /** Takes the operations of a frame: the control line, and where the payload lies if it has one. */
    private interface Visitor {
        void operation(String line, int offset, int length);
    }

    @Override
    public String path(int room) {
        return "/";
    }

    @Override
    public String subprotocol() {
        return "";
    }

    @Override
    public boolean binary() {
        return true;
    }

    /** The {@code PONG} that answers the {@code PING} says that the subscription before it stands. */
    @Override
    public List<byte[]> hello(int room) {
        return List.of(ascii(CONNECT + "\r\nSUB r" + room + " 1\r\nPING\r\n"));
    }

    @Override
    public boolean admits(byte[] message) {
        boolean[] admitted = new boolean[1];
        visit(message, (line, offset, length) -> admitted[0] |= line.equals("PONG"));
        return admitted[0];
    }

    @Override
    public byte[] publish(int room, byte[] payload) {
        byte[] line = ascii("PUB r" + room + " " + payload.length + "\r\n");
        byte[] message = new byte[line.length + payload.length + LINE_END];
        System.arraycopy(line, 0, message, 0, line.length);
        System.arraycopy(payload, 0, message, line.length, payload.length);
        message[message.length - 2] = '\r';
        message[message.length - 1] = '\n';
        return message;
    }

    @Override
    public void read(byte[] message, Sink sink) {
        visit(message, (line, offset, length) -> {
            if (isMessage(line)) {
                sink.payload(message, offset, length);
            }
        });
    }

    private static void visit(byte[] message, Visitor visitor) {
        int position = 0;
        while (position < message.length) {
            int end = lineEnd(message, position);
            String line = new String(message, position, end - position, StandardCharsets.US_ASCII);
            position = end + LINE_END;
            int length = 0;
            if (isMessage(line)) {
                length = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
                if (lineEnd(message, position + length) != position + length) {
                    throw unreadable(message, "a payload doesn't end where it should");
                }
            } else if (line.startsWith("-ERR")) {
                throw unreadable(message, "the server reports an error");
            }
            visitor.operation(line, position, length);
            position += isMessage(line) ? length + LINE_END : 0;
        }
    }

    private static boolean isMessage(String line) {
        return line.startsWith("MSG ");
    }

    private static int lineEnd(byte[] message, int from) {
        for (int i = from; i < message.length - 1; i++) {
            if (message[i] == '\r' && message[i + 1] == '\n') {
                return i;
            }
        }
        throw unreadable(message, "an operation is cut off");
    }

    private static IllegalArgumentException unreadable(byte[] message, String why) {
        return new IllegalArgumentException(why + ": " + new String(message, StandardCharsets.US_ASCII));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
