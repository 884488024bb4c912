package io.magpie.gateway.transport;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads what a server wrote: HTTP responses, then frames. Knows nothing of the code it checks. */
public final class WireReader {
    private final DataInputStream in;

    public WireReader(InputStream in) {
        this.in = new DataInputStream(in);
    }

    /** The next response, with its body. */
    public HttpReply reply() throws IOException {
        HttpReply head = replyWithoutBody();
        String length = head.headers().getOrDefault("content-length", "0");
        return new HttpReply(head.status(), head.headers(), in.readNBytes(Integer.parseInt(length)));
    }

    /** The next response, to a request after which no body may come. */
    public HttpReply replyWithoutBody() throws IOException {
        String status = line();
        if (!status.startsWith("HTTP/1.1 ")) {
            throw new IOException("no status line: " + status);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            headers.merge(name, line.substring(colon + 1).trim(), (a, b) -> a + ", " + b);
        }
        return new HttpReply(Integer.parseInt(status.substring(9, 12)), headers, new byte[0]);
    }

    /** Whether something has come that isn't read yet. */
    public boolean ready() throws IOException {
        return in.available() > 0;
    }

    /** All bytes to the end of the stream, which may be a reset. */
    public byte[] rest() throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try {
            in.transferTo(rest);
        } catch (SocketException e) {
            // The end all the same.
        }
        return rest.toByteArray();
    }

    /** The next frame; empty when the server has ended the stream between two frames. */
    public Optional<ServerFrame> frame() throws IOException {
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        int second = in.readUnsignedByte();
        if ((second & 0x80) != 0) {
            throw new IOException("a server must not mask its frames");
        }
        long length = second;
        if (second == 126) {
            length = in.readUnsignedShort();
        } else if (second == 127) {
            length = in.readLong();
        }
        byte[] payload = in.readNBytes(Math.toIntExact(length));
        if (payload.length < length) {
            throw new EOFException("the stream ended within a frame");
        }
        return Optional.of(new ServerFrame((first & 0x80) != 0, first >> 4 & 7, first & 15, payload));
    }

    /** All frames until the server ends the stream. */
    public List<ServerFrame> framesToEnd() throws IOException {
        List<ServerFrame> frames = new ArrayList<>();
        for (Optional<ServerFrame> frame = frame(); frame.isPresent(); frame = frame()) {
            frames.add(frame.get());
        }
        return frames;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the stream ended within a line: " + line.toString(StandardCharsets.UTF_8));
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
