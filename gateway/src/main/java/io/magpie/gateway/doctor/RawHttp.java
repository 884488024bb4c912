package io.magpie.gateway.doctor;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HTTP/1.1 by hand, so that the answer to an upgrade is seen as it came, whatever it is. One thread; reads wait for four
 * seconds unless told otherwise.
 */
@OwnedBy(Owner.HOLDER)
final class RawHttp implements AutoCloseable {
    private static final int MAX_HEAD = 16 * 1_024;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)( .*)?");

    private final Socket socket;
    private final InputStream in;

    /**
     * The beginning of an answer.
     *
     * @param headers by their names in lower case
     */
    record Reply(int status, Map<String, String> headers) {
        /** A header's value; empty if it is missing. */
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    private RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects, by TLS where the URL says so. */
    static RawHttp open(PublicUrl url) throws IOException {
        return new RawHttp(url.secure() ? Tls.open(url, parameters -> {}) : url.connect());
    }

    /** Connects for something that nobody else may hear: TLS with a name that is right, or this machine. */
    static RawHttp verified(PublicUrl url, Trust trust) throws IOException {
        if (!url.secure() && !Hosts.loopback(url.host())) {
            throw new IOException("ws:// isn't for secrets");
        }
        return new RawHttp(url.secure() ? Tls.verified(url, trust) : url.connect());
    }

    /**
     * Asks, and reads the answer up to its body.
     *
     * @throws IOException if there is none, or what comes isn't HTTP/1
     */
    Reply ask(String request) throws IOException {
        write(request.getBytes(StandardCharsets.US_ASCII));
        List<String> lines = head().lines().toList();
        Matcher status = STATUS.matcher(lines.isEmpty() ? "" : lines.get(0));
        if (!status.matches()) {
            throw new IOException("the answer isn't HTTP/1.1");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).trim());
            }
        }
        return new Reply(Integer.parseInt(status.group(1)), headers);
    }

    private String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int ends = 0;
        while (ends < 2 && head.size() < MAX_HEAD) {
            int next = read();
            head.write(next);
            ends = next == '\n' ? ends + 1 : next == '\r' ? ends : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /**
     * The next byte.
     *
     * @throws EOFException if there is none
     */
    int read() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the connection was closed");
        }
        return next;
    }

    /** So many bytes. */
    byte[] read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the connection was closed");
        }
        return bytes;
    }

    /** How long reads wait from now on. */
    void patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
