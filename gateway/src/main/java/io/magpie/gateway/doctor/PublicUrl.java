package io.magpie.gateway.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * Where clients find the gateway.
 *
 * @param secure whether by TLS
 * @param host a name or an address; IPv6 without brackets
 * @param target path and query, as they stand in a request
 */
public record PublicUrl(boolean secure, String host, int port, String target) {
    private static final int PATIENCE_MILLIS = 4_000;
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final Set<String> SCHEMES = Set.of("ws", "wss", "http", "https");

    /**
     * Reads a URL of the scheme {@code ws} or {@code wss}; {@code http} and {@code https} mean the same.
     *
     * @throws IllegalArgumentException if it is none; the message says what is expected
     */
    public static PublicUrl parse(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected a URL such as wss://chat.example.com/ws", e);
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme) || uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("expected a URL such as wss://chat.example.com/ws");
        }
        if (uri.getRawQuery() != null
                && uri.getRawQuery().toLowerCase(Locale.ROOT).contains("token=")) {
            throw new IllegalArgumentException("leave the token out: nobody has verified yet who is at this address");
        }
        boolean secure = scheme.equals("wss") || scheme.equals("https");
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return new PublicUrl(
                secure,
                uri.getHost().replaceAll("[\\[\\]]", ""),
                uri.getPort() < 0 ? secure ? HTTPS : HTTP : uri.getPort(),
                uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    }

    /** The value of {@code Host}. */
    String authority() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return port == (secure ? HTTPS : HTTP) ? name : name + ":" + port;
    }

    /** A TCP connection, whose reads wait for four seconds. */
    Socket connect() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Without the query, which may hold a token. */
    @Override
    public String toString() {
        return (secure ? "wss://" : "ws://") + authority() + target.replaceFirst("\\?.*", "");
    }
}
