package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers that an upgrade is judged by, found in one pass over all: looking them up one by one was the dearest part
 * of an upgrade after its system calls. Doesn't change once it is read.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class UpgradeHeaders {
    private static final AsciiString FORWARDED = AsciiString.cached("x-forwarded-for");
    private static final String BEARER = "Bearer ";

    private int hosts;
    private int keys;
    private String key = "";
    private boolean websocket;
    private boolean upgrade;
    private int versions;
    private boolean version13;
    private boolean body;
    private boolean ambiguous;
    private @Nullable String authorization;
    private @Nullable String host;
    private @Nullable String origin;
    private @Nullable String referer;
    private @Nullable String forwarded;
    private @Nullable String protocols;
    private @Nullable String extensions;

    private UpgradeHeaders() {}

    static UpgradeHeaders of(HttpHeaders headers) {
        UpgradeHeaders found = new UpgradeHeaders();
        Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            found.read(header.getKey(), header.getValue().toString());
        }
        return found;
    }

    /** Whether the request wants to become a WebSocket, rightly or not. */
    boolean wanted() {
        return websocket || keys > 0 || versions > 0;
    }

    int hosts() {
        return hosts;
    }

    /** Whether a body is announced. {@code Content-Length: 0} is none: the client of the JDK sends it. */
    boolean body() {
        return body;
    }

    /** Whether it may be understood in more than one way how long the body is. */
    boolean ambiguous() {
        return ambiguous;
    }

    /** Whether {@code Upgrade} names WebSocket. */
    boolean websocket() {
        return websocket;
    }

    /** Whether {@code Connection} names the upgrade. */
    boolean upgrade() {
        return upgrade;
    }

    /** Whether version 13 is asked for, once and alone. */
    boolean version13() {
        return versions == 1 && version13;
    }

    int keys() {
        return keys;
    }

    /** The last key; empty if there is none. */
    String key() {
        return key;
    }

    /** The last {@code Host}; empty if there is none. */
    String host() {
        return host == null ? "" : host;
    }

    /** {@code Origin}; of several, a list that is no origin. Null if there is none. */
    @Nullable
    String origin() {
        return origin;
    }

    /** {@code Referer}; of several, a list. Empty if there is none. */
    String referer() {
        return referer == null ? "" : referer;
    }

    /** All of {@code X-Forwarded-For}, or null. */
    @Nullable
    String forwarded() {
        return forwarded;
    }

    /** The bearer token (RFC 6750 section 2.1), or null if there is none; of two headers the last counts. */
    @Nullable
    String bearer() {
        String value = authorization;
        boolean bearer = value != null && value.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return value == null || !bearer
                ? null
                : value.substring(BEARER.length()).trim();
    }

    /** All that is offered of sub-protocols; empty if nothing is. */
    String protocols() {
        return protocols == null ? "" : protocols;
    }

    /** All that is offered of extensions; empty if nothing is. */
    String extensions() {
        return extensions == null ? "" : extensions;
    }

    /** The parts of a list with commas, without spaces around them and without the empty ones. */
    static List<String> tokens(String list) {
        List<String> tokens = new ArrayList<>(2);
        int from = 0;
        while (from <= list.length()) {
            int comma = list.indexOf(',', from);
            int end = comma < 0 ? list.length() : comma;
            String token = list.substring(from, end).trim();
            if (!token.isEmpty()) {
                tokens.add(token);
            }
            from = end + 1;
        }
        return tokens;
    }

    private void read(CharSequence name, String value) {
        // Hardly two of the names are of one length, so most headers cost one comparison of numbers.
        switch (name.length()) {
            case 4 -> {
                if (is(name, HttpHeaderNames.HOST)) {
                    hosts++;
                    host = value;
                }
            }
            case 6 -> origin = is(name, HttpHeaderNames.ORIGIN) ? and(origin, value) : origin;
            case 7 -> {
                websocket |= is(name, HttpHeaderNames.UPGRADE) && names(value, "websocket");
                referer = is(name, HttpHeaderNames.REFERER) ? and(referer, value) : referer;
            }
            case 10 -> upgrade |= is(name, HttpHeaderNames.CONNECTION) && names(value, "upgrade");
            case 13 -> authorization = is(name, HttpHeaderNames.AUTHORIZATION) ? value : authorization;
            case 14 -> body |= is(name, HttpHeaderNames.CONTENT_LENGTH) && !value.equals("0");
            case 15 -> forwarded = is(name, FORWARDED) ? and(forwarded, value) : forwarded;
            case 17 -> {
                if (is(name, HttpHeaderNames.TRANSFER_ENCODING)) {
                    // Of what else it may say, or of two, a proxy before us may think otherwise than we do.
                    ambiguous |= body || !value.equalsIgnoreCase("chunked");
                    body = true;
                }
                if (is(name, HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
                    keys++;
                    key = value;
                }
            }
            case 21 -> {
                if (is(name, HttpHeaderNames.SEC_WEBSOCKET_VERSION)) {
                    versions++;
                    version13 = value.equals("13");
                }
            }
            case 22 -> protocols = is(name, HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL) ? and(protocols, value) : protocols;
            case 24 ->
                extensions = is(name, HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS) ? and(extensions, value) : extensions;
            default -> {}
        }
    }

    private static boolean is(CharSequence name, AsciiString known) {
        return known.contentEqualsIgnoreCase(name);
    }

    private static boolean names(String list, String token) {
        boolean found = list.equalsIgnoreCase(token);
        if (!found) {
            for (String one : tokens(list)) {
                found |= one.equalsIgnoreCase(token);
            }
        }
        return found;
    }

    /** Several lines of one header are one list. */
    private static String and(@Nullable String before, String value) {
        return before == null ? value : before + "," + value;
    }
}
