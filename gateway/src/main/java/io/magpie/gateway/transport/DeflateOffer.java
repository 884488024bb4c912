package io.magpie.gateway.transport;

import io.magpie.gateway.delivery.FrameFormat;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An offer of permessage-deflate that the server takes (RFC 7692 section 7.1). The server always gives up its own
 * context, so that what it compresses once serves all; the client may keep its.
 *
 * @param serverWindowBits what the client wants the server to keep to, or null if it doesn't say
 */
record DeflateOffer(@Nullable String serverWindowBits) {
    private static final String NAME = "permessage-deflate";
    private static final String SERVER_WINDOW = "server_max_window_bits";
    private static final String CLIENT_WINDOW = "client_max_window_bits";
    private static final List<String> FLAGS = List.of("server_no_context_takeover", "client_no_context_takeover");

    /** The first offer in a header's value whose parameters are all understood and in range; others are declined. */
    static Optional<DeflateOffer> firstAcceptable(String header) {
        return Arrays.stream(header.split(",", -1))
                .flatMap(offer -> parse(offer).stream())
                .findFirst();
    }

    /** The value of {@code Sec-WebSocket-Extensions} in the answer. */
    String answer() {
        return NAME + "; server_no_context_takeover"
                + (serverWindowBits == null ? "" : "; " + SERVER_WINDOW + "=" + serverWindowBits);
    }

    /** How far what the server compresses may look back, as a power of two. */
    int windowBits() {
        return serverWindowBits == null ? FrameFormat.MAX_WINDOW_BITS : Integer.parseInt(serverWindowBits);
    }

    private static Optional<DeflateOffer> parse(String offer) {
        String[] parts = offer.split(";", -1);
        Map<String, @Nullable String> parameters = new LinkedHashMap<>();
        for (String part : Arrays.asList(parts).subList(1, parts.length)) {
            int equals = part.indexOf('=');
            String name = (equals < 0 ? part : part.substring(0, equals)).trim();
            String value =
                    equals < 0 ? null : unquoted(part.substring(equals + 1).trim());
            if (parameters.containsKey(name) || !acceptable(name, value)) {
                return Optional.empty();
            }
            parameters.put(name, value);
        }
        return parts[0].trim().equals(NAME)
                ? Optional.of(new DeflateOffer(parameters.get(SERVER_WINDOW)))
                : Optional.empty();
    }

    private static boolean acceptable(String name, @Nullable String value) {
        return switch (name) {
            case SERVER_WINDOW -> value != null && bits(value);
            case CLIENT_WINDOW -> value == null || bits(value);
            default -> value == null && FLAGS.contains(name);
        };
    }

    private static boolean bits(String value) {
        return value.matches("8|9|1[0-5]");
    }

    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
