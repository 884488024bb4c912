package io.magpie.gateway.transport;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What must be in a request to upgrade (RFC 6455 section 4.2.1), read by plain means from the bytes, so that it shares no
 * fault with the parser and the gate. It may find in order what the gate refuses, never the other way round.
 *
 * @param choosy whether only the host and the origin {@code chat.example} are served
 */
record UpgradeOracle(boolean choosy) {
    private static final Pattern LINE =
            Pattern.compile("GET\\s+/(ws)?(\\?\\S*)?\\s+HTTP/0*1\\.0*1\\s*", Pattern.CASE_INSENSITIVE);
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");
    private static final Pattern HOST = Pattern.compile("chat\\.example(:.*)?");
    /** The origin of something that isn't a page. */
    private static final Pattern SHELL = Pattern.compile("(?!https?:)[a-z][a-z0-9+.-]*://[^,]*");

    private static final Pattern NO_BODY = Pattern.compile("0+(\\s*,\\s*0+)*");
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /** What was answered on a connection before it was upgraded. */
    enum Before {
        NOTHING,
        /** Requests, but none that came in one read with the upgrade. */
        TO_EARLIER_READS,
        TO_THE_SAME_READ
    }

    /**
     * What is wrong with an upgrade.
     *
     * @param bytes all that the client has sent
     * @param before what was answered before
     * @param reply the 101
     * @return empty if nothing is
     */
    String fault(byte[] bytes, Before before, HttpReply reply) {
        if (before == Before.TO_THE_SAME_READ) {
            return "it came with another request";
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String fault = "there is no GET";
        for (int at = text.indexOf("GET"); at >= 0; at = text.indexOf("GET", at + 1)) {
            if (before == Before.NOTHING && !text.substring(0, at).isBlank()) {
                return fault;
            }
            fault = fault(text.substring(at), reply);
            if (fault.isEmpty()) {
                return "";
            }
        }
        return fault;
    }

    private String fault(String request, HttpReply reply) {
        int end = request.indexOf("\r\n\r\n");
        if (end < 0) {
            return "the headers don't end";
        }
        List<String> lines = List.of(request.substring(0, end).split("\r\n", -1));
        Map<String, List<String>> headers = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (line.startsWith(" ") || line.startsWith("\t")) {
                return "a header that goes on in the next line";
            }
            if (colon < 0) {
                return "a header without a colon";
            }
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    List.of(line.substring(colon + 1).trim()),
                    UpgradeOracle::both);
        }
        return faults(lines.get(0), headers, reply).entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    /** Each fault, and whether it is one here. */
    private Map<String, Boolean> faults(String line, Map<String, List<String>> headers, HttpReply reply) {
        List<String> keys = headers.getOrDefault("sec-websocket-key", List.of());
        boolean keyed = keys.size() == 1 && KEY.matcher(keys.get(0)).matches();
        List<String> lengths = headers.getOrDefault("content-length", List.of());
        List<String> protocols = tokens(headers, "sec-websocket-protocol");
        String protocol = protocols.isEmpty() ? "absent" : known(protocols).orElse("none of these");
        String extensions = String.join(",", headers.getOrDefault("sec-websocket-extensions", List.of()));
        return Map.ofEntries(
                Map.entry("the first line", !LINE.matcher(line).matches()),
                Map.entry("Host", headers.getOrDefault("host", List.of()).size() != 1),
                Map.entry("Upgrade", !lower(tokens(headers, "upgrade")).contains("websocket")),
                Map.entry("Connection", !lower(tokens(headers, "connection")).contains("upgrade")),
                Map.entry(
                        "Sec-WebSocket-Version",
                        !headers.getOrDefault("sec-websocket-version", List.of())
                                .equals(List.of("13"))),
                Map.entry("Sec-WebSocket-Key", !keyed),
                Map.entry("Transfer-Encoding", headers.containsKey("transfer-encoding")),
                Map.entry(
                        "Content-Length",
                        !lengths.stream()
                                .allMatch(length -> NO_BODY.matcher(length).matches())),
                Map.entry("a host or an origin that isn't served", choosy && !welcome(headers)),
                Map.entry(
                        "Sec-WebSocket-Accept",
                        keyed && !reply.header("sec-websocket-accept").equals(accept(keys.get(0)))),
                Map.entry(
                        "the answered sub-protocol",
                        !reply.header("sec-websocket-protocol").equals(protocol)),
                Map.entry(
                        "the answered extension",
                        reply.headers().containsKey("sec-websocket-extensions")
                                && !extensions.contains("permessage-deflate")));
    }

    private static boolean welcome(Map<String, List<String>> headers) {
        List<String> origins = lower(headers.getOrDefault("origin", List.of()));
        boolean page = origins.size() > 1
                || origins.stream().anyMatch(origin -> !SHELL.matcher(origin).matches());
        return lower(headers.getOrDefault("host", List.of())).stream()
                        .allMatch(host -> HOST.matcher(host).matches())
                && (!page || origins.equals(List.of("https://chat.example")));
    }

    private static Optional<String> known(List<String> protocols) {
        return protocols.stream()
                .filter(List.of("magpie.v1.json", "magpie.v1.cbor")::contains)
                .findFirst();
    }

    private static List<String> tokens(Map<String, List<String>> headers, String name) {
        return headers.getOrDefault(name, List.of()).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::trim)
                .filter(token -> !token.isEmpty())
                .toList();
    }

    private static List<String> lower(List<String> values) {
        return values.stream().map(value -> value.toLowerCase(Locale.ROOT)).toList();
    }

    private static List<String> both(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
