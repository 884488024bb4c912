package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketClientExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateClientExtensionHandshaker;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A client with Netty's permessage-deflate. Used by one thread. */
public final class DeflateClient implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;
    private static final int MAX_FRAME = 1_000_000;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> upgraded = new CompletableFuture<>();
    private final AtomicInteger compressed = new AtomicInteger();
    private final Channel channel;

    private DeflateClient(InetSocketAddress server, String target, PerMessageDeflateClientExtensionHandshaker offer) {
        WebSocketClientProtocolConfig config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri("ws://127.0.0.1:" + server.getPort() + target)
                .allowExtensions(true)
                .maxFramePayloadLength(MAX_FRAME)
                .build();
        channel = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpClientCodec())
                                .addLast(new HttpObjectAggregator(MAX_FRAME))
                                .addLast(new WebSocketClientExtensionHandler(offer))
                                .addLast(new WebSocketClientProtocolHandler(config))
                                .addLast(new WebSocketFrameAggregator(MAX_FRAME))
                                .addLast(new Listener());
                    }
                })
                .connect(server)
                .syncUninterruptibly()
                .channel();
    }

    /** Connects and upgrades. */
    public static DeflateClient connect(
            InetSocketAddress server, String target, PerMessageDeflateClientExtensionHandshaker offer)
            throws Exception {
        DeflateClient client = new DeflateClient(server, target, offer);
        client.upgraded.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return client;
    }

    public void say(String text) {
        channel.writeAndFlush(new TextWebSocketFrame(text));
    }

    /** The next text, which must come. */
    public String hear() throws InterruptedException {
        String text = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(text).as("a text in time").isNotNull();
        return text;
    }

    /** How many frames came compressed. */
    public int compressedFrames() {
        return compressed.get();
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Counts frames as they come from the wire, before they are inflated. */
    private final class Spy extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof WebSocketFrame frame && frame.rsv() != 0) {
                compressed.incrementAndGet();
            }
            ctx.fireChannelRead(message);
        }
    }

    private final class Listener extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                ctx.pipeline().addAfter("ws-decoder", "spy", new Spy());
                upgraded.complete(null);
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, TextWebSocketFrame frame) {
            heard.add(frame.text());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            upgraded.completeExceptionally(cause);
            heard.add("failed: " + cause);
            ctx.close();
        }
    }
}
