package io.magpie.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A chat server of the simplest kind, on one event loop of a free port, that does one thing wrong. */
@SuppressWarnings("FutureReturnValueIgnored")
final class FakeServer implements AutoCloseable {
    /** Which of the messages meets the fault. */
    private static final int VICTIM = 40;

    final Queue<HttpHeaders> upgrades = new ConcurrentLinkedQueue<>();
    final Queue<String> peers = new ConcurrentLinkedQueue<>();
    final AtomicInteger pongs = new AtomicInteger();

    private final Fault fault;
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel server;
    private final Map<String, Room> rooms = new HashMap<>();
    private int messages;

    /** A room: its members in the order in which they came, and what is held back from the first of them. */
    private static final class Room {
        final List<FakeSession> members = new ArrayList<>();
        long seq;
        String older = "";

        @Nullable
        Said held;
    }

    /** One message. */
    record Said(FakeSession from, String room, long seq, String text) {}

    FakeServer(Fault fault) {
        this.fault = fault;
        this.server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        pipeline(channel);
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    String url() {
        return "ws://127.0.0.1:" + ((InetSocketAddress) server.localAddress()).getPort() + "/ws";
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Makes a session a member; the position of the room's newest message. */
    long join(String room, FakeSession session) {
        Room joined = rooms.computeIfAbsent(room, name -> new Room());
        joined.members.add(session);
        return joined.seq;
    }

    /** Says something to a room. What is returned is the answer to the publisher, if it gets one. */
    Optional<Said> say(String roomName, FakeSession from, String text) {
        Room room = rooms.get(roomName);
        boolean victim = ++messages == VICTIM;
        if (victim && fault == Fault.ANSWERS_WITH_AN_ERROR) {
            from.refuse();
            return Optional.empty();
        }
        String content = victim && fault == Fault.REPEATS_AN_OLDER_MESSAGE_INSTEAD ? room.older : text;
        room.older = text;
        Said said = new Said(from, roomName, ++room.seq, content);
        for (int i = 1; i < room.members.size(); i++) {
            room.members.get(i).deliver(said);
        }
        toTheFirst(room, said, victim ? fault : Fault.NONE);
        return victim && fault == Fault.FORGETS_AN_OK ? Optional.empty() : Optional.of(said);
    }

    private static void toTheFirst(Room room, Said said, Fault fault) {
        FakeSession first = room.members.get(0);
        switch (fault) {
            case LOSES_ONE -> {}
            case DUPLICATES_ONE -> {
                first.deliver(said);
                first.deliver(said);
            }
            case SWAPS_TWO -> room.held = said;
            case CHANGES_A_BYTE ->
                first.deliver(new Said(
                        said.from(), said.room(), said.seq(), said.text().replaceFirst(".$", "!")));
            case CLOSES_A_CONNECTION -> first.close(4003, "too slow");
            default -> {
                first.deliver(said);
                Said held = room.held;
                if (held != null && held.from() == said.from()) {
                    room.held = null;
                    first.deliver(held);
                }
            }
        }
    }

    private void pipeline(SocketChannel channel) {
        peers.add(channel.remoteAddress().getAddress().getHostAddress());
        WebSocketServerProtocolConfig config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/")
                .checkStartsWith(true)
                .subprotocols("magpie.v1.json,magpie.v1.cbor")
                .dropPongFrames(false)
                .build();
        channel.pipeline()
                .addLast(new HttpServerCodec(), new HttpObjectAggregator(1 << 16), new Gate())
                .addLast(new WebSocketServerProtocolHandler(config), new FakeSession(this));
    }

    /** Notes the headers of upgrades, or refuses them. */
    private final class Gate extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof FullHttpRequest request) {
                upgrades.add(request.headers().copy());
                if (fault == Fault.REFUSES_THE_UPGRADE) {
                    request.release();
                    ctx.writeAndFlush(new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1, HttpResponseStatus.SERVICE_UNAVAILABLE))
                            .addListener(ChannelFutureListener.CLOSE);
                    return;
                }
            }
            ctx.fireChannelRead(message);
        }
    }
}
