package io.magpie.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link FakeServer}. It reads and writes envelopes with a codec that isn't the bench's, and sends
 * what it has to say in answer to one frame as one array.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class FakeSession extends SimpleChannelInboundHandler<WebSocketFrame> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());

    private final FakeServer server;
    private final List<ObjectNode> waiting = new ArrayList<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable ObjectMapper mapper;
    private String plainRoom = "";
    private JsonNode id = JSON.nullNode();
    private boolean answering;

    FakeSession(FakeServer server) {
        this.server = server;
    }

    void deliver(FakeServer.Said said) {
        if (mapper == null) {
            context.writeAndFlush(new TextWebSocketFrame(said.text()));
            return;
        }
        ObjectNode message = JSON.createObjectNode().put("type", "message").put("room", said.room());
        message.put("seq", said.seq()).put("at", 1).put("data", said.text());
        message.putObject("from").put("id", "somebody");
        say(message);
    }

    void refuse() {
        say(reply("error").put("code", "busy").put("message", "later").put("retryable", true));
    }

    void close(int code, String reason) {
        context.writeAndFlush(new CloseWebSocketFrame(code, reason));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof HandshakeComplete done) {
            ctx.writeAndFlush(new PingWebSocketFrame());
            if (done.selectedSubprotocol() == null) {
                plainRoom = new QueryStringDecoder(done.requestUri())
                        .parameters()
                        .get("room")
                        .get(0);
                server.join(plainRoom, this);
            } else {
                mapper = done.selectedSubprotocol().endsWith("json") ? JSON : CBOR;
            }
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) throws IOException {
        if (frame instanceof PongWebSocketFrame) {
            server.pongs.incrementAndGet();
        } else if (mapper == null) {
            server.say(plainRoom, this, frame.content().toString(StandardCharsets.UTF_8));
        } else {
            answering = true;
            answer(mapper.readTree(ByteBufUtil.getBytes(frame.content())));
            answering = false;
            flush();
        }
    }

    private void answer(JsonNode envelope) {
        id = envelope.path("id");
        if (envelope.path("type").asText().equals("connect")) {
            connect(envelope);
        } else {
            server.say(
                            envelope.path("room").asText(),
                            this,
                            envelope.path("data").asText())
                    .ifPresent(said -> say(reply("ok")
                            .put("room", said.room())
                            .put("epoch", "e")
                            .put("seq", said.seq())
                            .put("at", 1)));
        }
    }

    private void connect(JsonNode envelope) {
        ObjectNode connected = reply("connected").put("connection", "c").put("heartbeat", 25);
        connected.putObject("user").put("id", "somebody");
        connected.putObject("limits").put("message", 65_536).put("rooms", 10).put("history", 10);
        ObjectNode rooms = connected.putObject("rooms");
        envelope.path("rooms")
                .fieldNames()
                .forEachRemaining(room -> rooms.putObject(room)
                        .put("epoch", "e")
                        .put("seq", server.join(room, this))
                        .put("recovered", true)
                        .put("members", 1));
        say(connected);
    }

    private ObjectNode reply(String type) {
        ObjectNode reply = JSON.createObjectNode().put("type", type);
        reply.set("id", id);
        return reply;
    }

    private void say(ObjectNode envelope) {
        waiting.add(envelope);
        if (!answering) {
            flush();
        }
    }

    private void flush() {
        if (waiting.isEmpty()) {
            return;
        }
        try {
            byte[] bytes = mapper.writeValueAsBytes(waiting.size() == 1 ? waiting.get(0) : waiting);
            context.writeAndFlush(
                    mapper == JSON
                            ? new TextWebSocketFrame(Unpooled.wrappedBuffer(bytes))
                            : new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        waiting.clear();
    }
}
