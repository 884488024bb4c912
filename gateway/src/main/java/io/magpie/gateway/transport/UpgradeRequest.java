package io.magpie.gateway.transport;

import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.session.Handshake;
import io.magpie.gateway.support.GatewayMetrics.UpgradeOutcome;
import io.magpie.protocol.Encoding;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides on a request to upgrade (RFC 6455 section 4.2.1), strictly: what isn't exactly right is refused with a status
 * and a sentence that says why.
 */
sealed interface UpgradeRequest {
    /** The upgrade may go on. */
    record Accepted(Handshake handshake, Optional<DeflateOffer> deflate) implements UpgradeRequest {}

    /** It may not. */
    record Refused(UpgradeOutcome outcome, HttpAnswer answer) implements UpgradeRequest {}

    Set<String> PATHS = Set.of("/", "/ws");
    int MAX_PROTOCOLS = 10;
    int MAX_PROTOCOL_BYTES = 256;
    int MAX_EXTENSIONS = 4;
    int KEY_BYTES = 16;
    int KEY_CHARS = 24;

    /** Whether a request wants to become a WebSocket, rightly or not. */
    static boolean wanted(FullHttpRequest request) {
        return token(request.headers(), HttpHeaderNames.UPGRADE.toString(), "websocket")
                || request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)
                || request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
    }

    /** Checks a request; {@code compression} says whether permessage-deflate may be accepted. */
    static UpgradeRequest check(FullHttpRequest request, boolean compression) {
        HttpHeaders headers = request.headers();
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        if (!request.method().equals(HttpMethod.GET)) {
            return refused(
                    UpgradeOutcome.BAD_METHOD,
                    HttpAnswer.error(405, "method_not_allowed", "upgrade with GET")
                            .with("Allow", "GET"));
        }
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return refused(UpgradeOutcome.BAD_VERSION, HttpAnswer.error(505, "http_version", "upgrade with HTTP/1.1"));
        }
        if (request.uri().startsWith("/") && !PATHS.contains(path(request.uri()))) {
            return refused(
                    UpgradeOutcome.BAD_PATH, HttpAnswer.error(404, "not_found", "WebSocket is spoken at / and /ws"));
        }
        Optional<String> fault = fault(request);
        if (fault.isPresent()) {
            return badRequest(fault.get());
        }
        if (!token(headers, HttpHeaderNames.SEC_WEBSOCKET_VERSION.toString(), "13")) {
            return refused(
                    UpgradeOutcome.BAD_VERSION,
                    HttpAnswer.error(426, "upgrade_required", "use WebSocket version 13")
                            .with("Upgrade", "websocket")
                            .with("Sec-WebSocket-Version", "13"));
        }
        return negotiated(headers, uri, compression);
    }

    private static UpgradeRequest negotiated(HttpHeaders headers, QueryStringDecoder uri, boolean compression) {
        String offered = String.join(",", headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL));
        List<String> protocols = tokens(offered);
        if (protocols.size() > MAX_PROTOCOLS || offered.length() > MAX_PROTOCOL_BYTES) {
            return badRequest("too many sub-protocols offered");
        }
        Optional<Encoding> encoding = protocols.isEmpty()
                ? Optional.of(Encoding.PLAIN)
                : protocols.stream()
                        .flatMap(p -> Encoding.ofSubProtocol(p).stream())
                        .findFirst();
        if (encoding.isEmpty()) {
            String known = Encoding.JSON.subProtocol() + ", " + Encoding.CBOR.subProtocol();
            return refused(
                    UpgradeOutcome.UNKNOWN_PROTOCOL,
                    HttpAnswer.error(400, "unknown_protocol", "offer one of " + known + ", or no sub-protocol"));
        }
        String extensions = String.join(",", headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS));
        if (tokens(extensions).size() > MAX_EXTENSIONS) {
            return badRequest("too many extensions offered");
        }
        return handshake(encoding.get(), uri)
                .<UpgradeRequest>map(handshake -> new Accepted(
                        handshake, compression ? DeflateOffer.firstAcceptable(extensions) : Optional.empty()))
                .orElseGet(() -> badRequest("the query must be well-formed, with whole numbers for since and history"));
    }

    /** What the query says to a plain session; envelope clients may have any query. */
    private static Optional<Handshake> handshake(Encoding encoding, QueryStringDecoder uri) {
        if (encoding != Encoding.PLAIN) {
            return Optional.of(new Handshake(encoding, null, Handshake.NO_SINCE, 0));
        }
        try {
            Map<String, List<String>> query = uri.parameters();
            long since = Long.parseLong(first(query, "since", Long.toString(Handshake.NO_SINCE)));
            int history = Integer.parseInt(first(query, "history", "0"));
            if (since < Handshake.NO_SINCE || history < 0) {
                return Optional.empty();
            }
            List<String> room = query.getOrDefault("room", List.of());
            return Optional.of(new Handshake(encoding, room.isEmpty() ? null : room.get(0), since, history));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What is wrong with the request's headers, if anything is. */
    private static Optional<String> fault(FullHttpRequest request) {
        HttpHeaders headers = request.headers();
        if (!request.uri().startsWith("/")) {
            return Optional.of("the request target must be a path");
        }
        if (headers.getAll(HttpHeaderNames.HOST).size() != 1) {
            return Optional.of("exactly one Host header is needed");
        }
        if (hasBody(headers)) {
            return Optional.of("an upgrade has no body");
        }
        if (!token(headers, HttpHeaderNames.UPGRADE.toString(), "websocket")) {
            return Optional.of("the header Upgrade: websocket is missing");
        }
        if (!token(headers, HttpHeaderNames.CONNECTION.toString(), "upgrade")) {
            return Optional.of("the header Connection: Upgrade is missing");
        }
        List<String> keys = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        return keys.size() == 1 && nonce(keys.get(0))
                ? Optional.empty()
                : Optional.of("exactly one Sec-WebSocket-Key of 16 bytes in base64 is needed");
    }

    /** {@code Content-Length: 0} is none: the client of the JDK sends it. */
    private static boolean hasBody(HttpHeaders headers) {
        return headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                || headers.getAll(HttpHeaderNames.CONTENT_LENGTH).stream().anyMatch(length -> !length.equals("0"));
    }

    private static boolean nonce(String key) {
        try {
            return key.length() == KEY_CHARS && Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Everything before the query, to the letter: a fragment has no place in a request. */
    private static String path(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private static boolean token(HttpHeaders headers, String name, String token) {
        return headers.getAll(name).stream()
                .flatMap(value -> tokens(value).stream())
                .anyMatch(token::equalsIgnoreCase);
    }

    private static List<String> tokens(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::trim)
                .filter(token -> !token.isEmpty())
                .toList();
    }

    private static String first(Map<String, List<String>> query, String name, String otherwise) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() ? otherwise : values.get(0);
    }

    private static Refused badRequest(String message) {
        return refused(UpgradeOutcome.BAD_REQUEST, HttpAnswer.error(400, "bad_request", message));
    }

    private static Refused refused(UpgradeOutcome outcome, HttpAnswer answer) {
        return new Refused(outcome, answer);
    }
}
