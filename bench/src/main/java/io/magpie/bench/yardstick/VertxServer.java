package io.magpie.bench.yardstick;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A chat server on Vert.x: a room is a set of sockets, a message is written to each.
 *
 * <p>Owner: the one event loop.
 */
final class VertxServer {
    private static final int BACKLOG = 4096;

    private final Map<String, Set<ServerWebSocket>> rooms = new HashMap<>();

    private VertxServer() {}

    /**
     * Serves on 127.0.0.1 until the process ends; takes the port, whether to compress, and for TLS the files of the
     * certificate and of its key.
     */
    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        HttpServerOptions options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(Integer.parseInt(args[0]))
                .setAcceptBacklog(BACKLOG)
                .setPerMessageWebSocketCompressionSupported(Boolean.parseBoolean(args[1]))
                .setPerFrameWebSocketCompressionSupported(false);
        if (args.length > 2) {
            secure(options, args[2], args[3]);
        }
        vertx.createHttpServer(options)
                .webSocketHandler(new VertxServer()::enter)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** With BoringSSL where it is, as Magpie and the stock server do it. */
    private static void secure(HttpServerOptions options, String certificate, String key) {
        options.setSsl(true)
                .setUseAlpn(false)
                .setKeyCertOptions(
                        new PemKeyCertOptions().setCertPath(certificate).setKeyPath(key));
        if (OpenSSLEngineOptions.isAvailable()) {
            options.setSslEngineOptions(new OpenSSLEngineOptions());
        }
    }

    private void enter(ServerWebSocket member) {
        String name = Objects.requireNonNullElse(member.query(), "room=lobby");
        Set<ServerWebSocket> room = rooms.computeIfAbsent(name, key -> new LinkedHashSet<>());
        room.add(member);
        member.textMessageHandler(text -> room.forEach(each -> each.writeTextMessage(text)));
        member.exceptionHandler(error -> member.close());
        member.closeHandler(nothing -> room.remove(member));
    }
}
