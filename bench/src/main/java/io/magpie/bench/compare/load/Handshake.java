package io.magpie.bench.compare.load;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** The upgrade of a member: the request, and what the server answered. Immutable. */
final class Handshake {
    /** Any key does; a server's answer to it is always the same. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final String END = "\r\n\r\n";

    private final String head;

    private Handshake(String head) {
        this.head = head;
    }

    /** The bytes of the request. */
    static byte[] request(CrowdPlan plan, int room) {
        String protocol = plan.dialect().subprotocol();
        return ("GET " + plan.dialect().path(room) + " HTTP/1.1\r\n"
                        + "Host: 127.0.0.1:" + plan.port() + "\r\n"
                        + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\n"
                        + (protocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + protocol + "\r\n")
                        + (plan.deflate() ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "")
                        + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The answer at the beginning of what was received, or nothing if it isn't complete. */
    static Optional<Handshake> answer(byte[] received) {
        int end = new String(received, StandardCharsets.ISO_8859_1).indexOf(END);
        return end < 0
                ? Optional.empty()
                : Optional.of(new Handshake(new String(received, 0, end + END.length(), StandardCharsets.ISO_8859_1)));
    }

    /** How many bytes the answer has; frames begin after it. */
    int length() {
        return head.length();
    }

    /** @throws DeliveryFault if the server didn't upgrade as it was asked to */
    void check(CrowdPlan plan) throws DeliveryFault {
        String statusLine = head.lines().findFirst().orElse("");
        if (!statusLine.startsWith("HTTP/1.1 101")) {
            throw new DeliveryFault("the upgrade was answered with " + statusLine);
        }
        if (!ACCEPT.equals(header("sec-websocket-accept"))) {
            throw new DeliveryFault("the upgrade was answered with a wrong Sec-WebSocket-Accept");
        }
        if (!plan.dialect().subprotocol().equals(header("sec-websocket-protocol"))) {
            throw new DeliveryFault(
                    "the upgrade was answered with another sub-protocol: " + header("sec-websocket-protocol"));
        }
        if (plan.deflate() != compresses()) {
            throw new DeliveryFault(
                    plan.deflate() ? "the server doesn't compress" : "the server compresses without being asked");
        }
    }

    /** Whether permessage-deflate was agreed on. */
    boolean compresses() {
        return header("sec-websocket-extensions").contains("permessage-deflate");
    }

    /** Whether a compressed message of the server may refer to those before it. */
    boolean takesContextOver() {
        return !header("sec-websocket-extensions").contains("server_no_context_takeover");
    }

    private String header(String name) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst()
                .orElse("");
    }
}
