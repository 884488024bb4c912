package io.magpie.gateway.doctor;

import io.magpie.gateway.support.LogText;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * The public URL from end to end: whether an upgrade arrives at the gateway and its answer arrives here.
 *
 * @param request to make
 */
record UpgradeCheck(ClientUpgrade request) {
    static final String WHAT = "upgrade";

    /** A phone gives up after about five seconds. */
    private static final Duration SLOW = Duration.ofSeconds(2);

    private static final int SWITCHING = 101;
    private static final String HEADERS =
            "The proxy must pass the upgrade on. nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
                    + " proxy_set_header Connection \"upgrade\";";

    List<Finding> look() {
        long begun = System.nanoTime();
        try (RawHttp http = RawHttp.open(request.url())) {
            RawHttp.Reply reply = http.ask(request.text());
            return List.of(judge(reply, request.accept(), Duration.ofNanos(System.nanoTime() - begun)));
        } catch (IOException e) {
            return List.of(
                    Finding.fail(
                            WHAT,
                            request.url() + " doesn't answer: " + e,
                            "Is the name right, the proxy up, the port open, and the scheme the right one (wss where it speaks TLS)?"));
        }
    }

    /**
     * Judges an answer.
     *
     * @param accept what it must say
     * @param took from the connection to the answer
     */
    static Finding judge(RawHttp.Reply reply, String accept, Duration took) {
        String protocol = reply.header("sec-websocket-protocol");
        if (reply.status() != SWITCHING) {
            return Finding.fail(WHAT, "answered with " + reply.status() + " instead of 101", advice(reply));
        }
        if (!reply.header("sec-websocket-accept").equals(accept)) {
            return Finding.fail(
                    WHAT,
                    "101, but Sec-WebSocket-Accept doesn't belong to this request",
                    "Something between answers by itself, or out of a cache; let it pass GET requests to this path through.");
        }
        if (!protocol.equals(ClientUpgrade.PROTOCOL)) {
            return Finding.fail(
                    WHAT,
                    "101, but Sec-WebSocket-Protocol is " + LogText.quote(protocol) + " and not "
                            + ClientUpgrade.PROTOCOL,
                    "The proxy must pass Sec-WebSocket-Protocol both ways; if it does, what answers there isn't Magpie."
                            + " Browsers and the developer tools refuse such a connection.");
        }
        String found = "101 with " + protocol + " after " + took.toMillis() + " ms";
        return took.compareTo(SLOW) < 0
                ? Finding.ok(WHAT, found)
                : Finding.warn(
                        WHAT, found, "Phones give up after 5 s: look at the way there, and at the load of both ends.");
    }

    private static String advice(RawHttp.Reply reply) {
        return switch (reply.status()) {
            case 200, 426 -> "The gateway or the proxy took it for an ordinary request. " + HEADERS;
            case 301, 302, 303, 307, 308 ->
                "It redirects to " + LogText.quote(reply.header("location"))
                        + "; phones don't follow that. Let clients use that address, or serve this one.";
            case 400 -> "The request was changed on its way, or http is spoken to a port of https. " + HEADERS;
            case 401, 407 ->
                "The proxy asks for a password, which a mini-program can't give; take that from this path.";
            case 403 ->
                "Who connects isn't allowed: see edge.origins and edge.appids, and the rules of the proxy or firewall.";
            case 404 ->
                "There is nothing at this path: the gateway has / and /ws; see the path that the proxy passes on.";
            case 421 -> "The gateway doesn't serve this Host: add it to edge.hosts, or let the proxy pass Host on.";
            case 429 ->
                "Too many connections from this address: see edge.connects-per-address, and edge.trusted-proxies if a"
                        + " proxy is in front.";
            case 502, 504 ->
                "The proxy doesn't reach the gateway: is it running, and is this the address it listens on?";
            case 503 ->
                "The gateway is full or goes down (limits.connections, drain), or the proxy has no gateway to pass it to.";
            case 505 -> "The proxy speaks HTTP/1.0 to the gateway. " + HEADERS;
            default -> HEADERS;
        };
    }
}
