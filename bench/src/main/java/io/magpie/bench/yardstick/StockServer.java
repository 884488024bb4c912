package io.magpie.bench.yardstick;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketServerCompressionHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A chat server on Netty the way a tutorial writes it: a room is a channel group, a message is a frame to each. */
final class StockServer extends ChannelInitializer<SocketChannel> {
    private static final int BACKLOG = 4096;
    private static final int MAX_REQUEST = 65_536;

    private final boolean deflate;
    private final @Nullable SslContext tls;
    private final Map<String, ChannelGroup> rooms = new ConcurrentHashMap<>();

    private StockServer(boolean deflate, @Nullable SslContext tls) {
        this.deflate = deflate;
        this.tls = tls;
    }

    /**
     * Serves on 127.0.0.1 until the process ends; takes the port, whether to compress, and for TLS the files of the
     * certificate and of its key. TLS is what Netty takes by itself: BoringSSL where it is, else the JDK.
     */
    public static void main(String[] args) throws SSLException {
        SslContext tls = args.length > 2
                ? SslContextBuilder.forServer(new File(args[2]), new File(args[3]))
                        .build()
                : null;
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childHandler(new StockServer(Boolean.parseBoolean(args[1]), tls))
                .bind("127.0.0.1", Integer.parseInt(args[0]))
                .syncUninterruptibly();
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        if (tls != null) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        }
        channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_REQUEST));
        if (deflate) {
            channel.pipeline().addLast(new WebSocketServerCompressionHandler(MAX_REQUEST));
        }
        channel.pipeline().addLast(new WebSocketServerProtocolHandler("/ws", null, deflate, MAX_REQUEST, false, true));
        channel.pipeline().addLast(new Chat());
    }

    /** One connection. Owner: the event loop. */
    private final class Chat extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        private @Nullable ChannelGroup room;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete handshake) {
                String name = new QueryStringDecoder(handshake.requestUri())
                        .parameters()
                        .getOrDefault("room", List.of("lobby"))
                        .get(0);
                room = rooms.computeIfAbsent(
                        name, key -> new DefaultChannelGroup(ctx.channel().eventLoop()));
                room.add(ctx.channel());
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, TextWebSocketFrame frame) {
            if (room != null) {
                room.writeAndFlush(frame.retain());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
