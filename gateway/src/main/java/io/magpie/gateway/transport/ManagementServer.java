package io.magpie.gateway.transport;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.http.AsyncSite;
import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.http.HttpQuestion;
import io.magpie.gateway.support.LogText;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The management port on a thread of its own, so that a scrape never delays a delivery. */
@OwnedBy(Owner.MAIN)
public final class ManagementServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);
    private static final int IDLE_SECONDS = 75;
    private static final int MAX_BODY = 256 * 1_024;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("magpie-management"), NioIoHandler.newFactory());

    /**
     * Listens.
     *
     * @return the address that was bound
     * @throws IllegalStateException if the port can't be had; the message says why
     */
    public InetSocketAddress listen(GatewayConfig.Management address, AsyncSite site) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                                .addLast(new HttpServerCodec())
                                // Answers 413 to a body that is too large.
                                .addLast(new HttpObjectAggregator(MAX_BODY))
                                .addLast(new Requests(site));
                    }
                });
        ChannelFuture bound = bootstrap.bind(address.host(), address.port()).awaitUninterruptibly();
        return Server.boundAddress(bound, "management", address.host() + ":" + address.port());
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Answers each request of a connection, one after the other. */
    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
        /** Requests that may wait for the answers to those before them. */
        private static final int MAX_WAITING = 16;

        private final AsyncSite site;
        private final Queue<FullHttpRequest> waiting = new ArrayDeque<>();
        private boolean busy;

        Requests(AsyncSite site) {
            this.site = site;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            if (waiting.size() >= MAX_WAITING) {
                ctx.close();
                return;
            }
            waiting.add(request.retain());
            next(ctx);
        }

        private void next(ChannelHandlerContext ctx) {
            FullHttpRequest request = busy ? null : waiting.poll();
            if (request == null) {
                return;
            }
            busy = true;
            if (request.decoderResult().isFailure()) {
                end(
                        ctx,
                        request,
                        HttpResponder.malformed(request.decoderResult().cause()));
                return;
            }
            HttpQuestion question;
            try {
                question = question(ctx, request);
            } catch (IllegalArgumentException e) {
                end(ctx, request, HttpAnswer.error(400, "bad_request", "the query isn't well-formed"));
                return;
            }
            try {
                site.answer(question, answer -> ctx.executor().execute(() -> end(ctx, request, answer)));
            } catch (RuntimeException e) {
                LOG.error("management.failed path={}", LogText.quote(question.path()), e);
                end(ctx, request, HttpAnswer.error(500, "internal", "internal error; it is in the server's log"));
            }
        }

        private void end(ChannelHandlerContext ctx, FullHttpRequest request, HttpAnswer answer) {
            try {
                HttpResponder.answer(ctx, request, answer);
            } finally {
                request.release();
                busy = false;
            }
            next(ctx);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            waiting.forEach(FullHttpRequest::release);
            waiting.clear();
        }

        private static HttpQuestion question(ChannelHandlerContext ctx, FullHttpRequest request) {
            Map<String, String> headers = new LinkedHashMap<>();
            request.headers()
                    .forEach(header -> headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
            QueryStringDecoder target = new QueryStringDecoder(request.uri());
            Map<String, String> query = new LinkedHashMap<>();
            target.parameters().forEach((name, values) -> query.put(name, values.get(0)));
            String remote = ctx.channel().remoteAddress() instanceof InetSocketAddress peer
                    ? peer.getAddress().getHostAddress()
                    : "";
            return new HttpQuestion(
                    request.method().name(),
                    target.rawPath(),
                    headers,
                    query,
                    ByteBufUtil.getBytes(request.content()),
                    remote);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
