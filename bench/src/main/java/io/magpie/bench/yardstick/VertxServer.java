package io.magpie.bench.yardstick;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
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

    /** Serves on 127.0.0.1 until the process ends; takes the port, and whether to compress. */
    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        HttpServerOptions options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(Integer.parseInt(args[0]))
                .setAcceptBacklog(BACKLOG)
                .setPerMessageWebSocketCompressionSupported(Boolean.parseBoolean(args[1]))
                .setPerFrameWebSocketCompressionSupported(false);
        vertx.createHttpServer(options)
                .webSocketHandler(new VertxServer()::enter)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
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
