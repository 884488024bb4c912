package io.magpie.gateway.transport;

import io.magpie.gateway.config.GatewayConfig;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionUtil;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtension;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
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
record DeflateOffer(WebSocketExtensionData data, @Nullable String serverWindowBits) {
    static final String NAME = "permessage-deflate";

    private static final String SERVER_WINDOW = "server_max_window_bits";
    private static final String CLIENT_WINDOW = "client_max_window_bits";
    private static final List<String> FLAGS = List.of("server_no_context_takeover", "client_no_context_takeover");
    private static final int MAX_BITS = 15;

    /** The first offer in a header's value whose parameters are all understood and in range; others are declined. */
    static Optional<DeflateOffer> firstAcceptable(String header) {
        return WebSocketExtensionUtil.extractExtensions(header).stream()
                .filter(data -> data.name().equals(NAME))
                .filter(data -> data.parameters().entrySet().stream().allMatch(DeflateOffer::acceptable))
                .map(data -> new DeflateOffer(data, data.parameters().get(SERVER_WINDOW)))
                .findFirst();
    }

    /** The value of {@code Sec-WebSocket-Extensions} in the answer. */
    String answer() {
        return NAME + "; server_no_context_takeover"
                + (serverWindowBits == null ? "" : "; " + SERVER_WINDOW + "=" + serverWindowBits);
    }

    /** Whether frames compressed with the largest window may be sent; if not, they go out uncompressed. */
    boolean fullWindow() {
        return serverWindowBits == null || Integer.parseInt(serverWindowBits) == MAX_BITS;
    }

    /** The handler that inflates what the client sends; more than {@code max-inflated} in one message is an error. */
    ChannelHandler newDecoder(GatewayConfig.Compression config) {
        WebSocketServerExtension extension = new PerMessageDeflateServerExtensionHandshaker(
                        config.level(),
                        true,
                        MAX_BITS,
                        true,
                        false,
                        config.maxInflated().intBytes())
                .handshakeExtension(data);
        if (extension == null) {
            throw new IllegalStateException("an acceptable offer was declined: " + data.parameters());
        }
        return extension.newExtensionDecoder();
    }

    private static boolean acceptable(Map.Entry<String, String> parameter) {
        String value = parameter.getValue();
        return switch (parameter.getKey()) {
            case SERVER_WINDOW -> value != null && bits(value);
            case CLIENT_WINDOW -> value == null || bits(value);
            default -> value == null && FLAGS.contains(parameter.getKey());
        };
    }

    private static boolean bits(String value) {
        return value.matches("8|9|1[0-5]");
    }
}
