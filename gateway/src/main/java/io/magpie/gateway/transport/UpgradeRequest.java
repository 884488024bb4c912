package io.magpie.gateway.transport;

import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.session.Handshake;
import io.magpie.gateway.support.GatewayMetrics.UpgradeOutcome;
import io.magpie.protocol.Encoding;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
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
    /**
     * The upgrade may go on.
     *
     * @param key what {@code Sec-WebSocket-Accept} is made of
     */
    record Accepted(Handshake handshake, String key, Optional<DeflateOffer> deflate) implements UpgradeRequest {}

    /** It may not. */
    record Refused(UpgradeOutcome outcome, HttpAnswer answer) implements UpgradeRequest {}

    Set<String> PATHS = Set.of("/", "/ws");
    int MAX_PROTOCOLS = 10;
    int MAX_PROTOCOL_BYTES = 256;
    int MAX_EXTENSIONS = 4;
    int KEY_BYTES = 16;
    int KEY_CHARS = 24;

    /**
     * What a server accepts.
     *
     * @param compression whether permessage-deflate may be accepted
     * @param tokenInQuery whether a token may come as {@code ?token=}
     * @param visitors from where it may come
     */
    record Terms(boolean compression, boolean tokenInQuery, Visitors visitors) {}

    /** Checks a request. */
    static UpgradeRequest check(HttpRequest request, UpgradeHeaders headers, Terms terms) {
        String target = request.uri();
        if (!request.method().equals(HttpMethod.GET)) {
            return refused(
                    UpgradeOutcome.BAD_METHOD,
                    HttpAnswer.error(405, "method_not_allowed", "upgrade with GET")
                            .with("Allow", "GET"));
        }
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return refused(UpgradeOutcome.BAD_VERSION, HttpAnswer.error(505, "http_version", "upgrade with HTTP/1.1"));
        }
        if (target.startsWith("/") && !PATHS.contains(path(target))) {
            return refused(
                    UpgradeOutcome.BAD_PATH, HttpAnswer.error(404, "not_found", "WebSocket is spoken at / and /ws"));
        }
        Optional<String> fault = fault(target, headers);
        if (fault.isPresent()) {
            return badRequest(fault.get());
        }
        if (!headers.version13()) {
            return refused(
                    UpgradeOutcome.BAD_VERSION,
                    HttpAnswer.error(426, "upgrade_required", "use WebSocket version 13")
                            .with("Upgrade", "websocket")
                            .with("Sec-WebSocket-Version", "13"));
        }
        Optional<Refused> unwelcome = terms.visitors().refuse(headers);
        return unwelcome.isPresent() ? unwelcome.get() : negotiated(target, headers, terms);
    }

    private static UpgradeRequest negotiated(String target, UpgradeHeaders headers, Terms terms) {
        List<String> protocols = UpgradeHeaders.tokens(headers.protocols());
        if (protocols.size() > MAX_PROTOCOLS || headers.protocols().length() > MAX_PROTOCOL_BYTES) {
            return badRequest("too many sub-protocols offered");
        }
        Optional<Encoding> encoding = encoding(protocols);
        if (encoding.isEmpty()) {
            String known = Encoding.JSON.subProtocol() + ", " + Encoding.CBOR.subProtocol();
            return refused(
                    UpgradeOutcome.UNKNOWN_PROTOCOL,
                    HttpAnswer.error(400, "unknown_protocol", "offer one of " + known + ", or no sub-protocol"));
        }
        String extensions = headers.extensions();
        if (UpgradeHeaders.tokens(extensions).size() > MAX_EXTENSIONS) {
            return badRequest("too many extensions offered");
        }
        Optional<Handshake> handshake = handshake(encoding.get(), target, headers, terms);
        if (handshake.isEmpty()) {
            return badRequest("the query must be well-formed, with whole numbers for since and history");
        }
        boolean deflate = terms.compression() && !extensions.isEmpty();
        return new Accepted(
                handshake.get(), headers.key(), deflate ? DeflateOffer.firstAcceptable(extensions) : Optional.empty());
    }

    /** The first offer that is known; plain if there are no offers. */
    private static Optional<Encoding> encoding(List<String> protocols) {
        Optional<Encoding> encoding = protocols.isEmpty() ? Optional.of(Encoding.PLAIN) : Optional.empty();
        for (int i = 0; i < protocols.size() && encoding.isEmpty(); i++) {
            encoding = Encoding.ofSubProtocol(protocols.get(i));
        }
        return encoding;
    }

    /** What the query says, to a plain session of its room and to any of its token; for the rest it may be anything. */
    private static Optional<Handshake> handshake(
            Encoding encoding, String target, UpgradeHeaders headers, Terms terms) {
        String bearer = headers.bearer();
        boolean asked = target.indexOf('?') >= 0 && (encoding == Encoding.PLAIN || terms.tokenInQuery());
        if (!asked) {
            return Optional.of(new Handshake(encoding, null, Handshake.NO_SINCE, 0, bearer, null));
        }
        try {
            Map<String, List<String>> query = new QueryStringDecoder(target).parameters();
            boolean inQuery = bearer == null && terms.tokenInQuery() && query.containsKey("token");
            String token = inQuery ? first(query, "token", "") : bearer;
            if (encoding != Encoding.PLAIN) {
                return Optional.of(new Handshake(encoding, null, Handshake.NO_SINCE, 0, token, null));
            }
            long since = Long.parseLong(first(query, "since", Long.toString(Handshake.NO_SINCE)));
            int history = Integer.parseInt(first(query, "history", "0"));
            if (since < Handshake.NO_SINCE || history < 0) {
                return Optional.empty();
            }
            List<String> room = query.getOrDefault("room", List.of());
            return Optional.of(
                    new Handshake(encoding, room.isEmpty() ? null : room.get(0), since, history, token, null));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What is wrong with the request's headers, if anything is. */
    private static Optional<String> fault(String target, UpgradeHeaders headers) {
        if (!target.startsWith("/")) {
            return Optional.of("the request target must be a path");
        }
        if (headers.hosts() != 1) {
            return Optional.of("exactly one Host header is needed");
        }
        if (headers.body()) {
            return Optional.of("an upgrade has no body");
        }
        if (!headers.websocket()) {
            return Optional.of("the header Upgrade: websocket is missing");
        }
        if (!headers.upgrade()) {
            return Optional.of("the header Connection: Upgrade is missing");
        }
        return headers.keys() == 1 && nonce(headers.key())
                ? Optional.empty()
                : Optional.of("exactly one Sec-WebSocket-Key of 16 bytes in base64 is needed");
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
