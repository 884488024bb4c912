package io.magpie.gateway.transport;

import io.magpie.gateway.http.AsyncSite;
import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.http.HttpQuestion;
import io.magpie.gateway.support.LogText;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has each request of a connection to the management port answered, one after the other. A request has its time from its
 * first byte to its last, whatever its pace. A client that doesn't read its answers isn't read either.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class ManagementGate extends RequestAssembler {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementGate.class);

    /** Bytes of the largest body. */
    static final int LARGEST = 256 * 1_024;

    /** Requests that may wait for the answers to those before them. */
    private static final int MAX_WAITING = 16;

    private final HttpResponder responder;
    private final RequestDecoder decoder;
    private final Duration requestTimeout;
    private final Queue<FullHttpRequest> waiting = new ArrayDeque<>();

    /** Whether an answer is on its way. */
    private boolean owing;

    /** Ends the time of the request that is coming; null if none is. */
    private @Nullable Future<?> deadline;

    /** @param decoder the handler before this one, which knows whether a request is coming */
    ManagementGate(AsyncSite site, RequestDecoder decoder, Duration requestTimeout) {
        super(LARGEST);
        this.responder = new HttpResponder(
                (question, then) -> ask(site, question, then), Visitors.everybody(), true, status -> {});
        this.decoder = decoder;
        this.requestTimeout = requestTimeout;
    }

    private static void ask(AsyncSite site, HttpQuestion question, Consumer<HttpAnswer> then) {
        try {
            site.answer(question, then);
        } catch (RuntimeException e) {
            LOG.error("management.failed path={}", LogText.quote(question.path()), e);
            then.accept(HttpAnswer.error(500, "internal", "internal error; it is in the server's log"));
        }
    }

    @Override
    void onRequest(ChannelHandlerContext ctx, FullHttpRequest request) {
        forgetDeadline();
        if (waiting.size() >= MAX_WAITING) {
            ctx.close();
        } else {
            waiting.add(request);
            next(ctx);
        }
    }

    private void next(ChannelHandlerContext ctx) {
        FullHttpRequest request = owing || !ctx.channel().isWritable() ? null : waiting.poll();
        if (request != null) {
            owing = true;
            responder.respond(ctx, request, UpgradeHeaders.of(request.headers()), client(ctx), ends -> {
                owing = false;
                if (ends) {
                    waiting.clear();
                    drop();
                } else if (dropping() && waiting.isEmpty()) {
                    end(ctx);
                }
                next(ctx);
            });
        }
    }

    private static @Nullable InetAddress client(ChannelHandlerContext ctx) {
        return ctx.channel().remoteAddress() instanceof InetSocketAddress peer ? peer.getAddress() : null;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
        next(ctx);
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!decoder.begun() && !dropping()) {
            forgetDeadline();
        } else if (deadline == null) {
            deadline = ctx.executor().schedule(() -> onDeadline(ctx), requestTimeout.toNanos(), TimeUnit.NANOSECONDS);
        }
        ctx.fireChannelReadComplete();
    }

    private void onDeadline(ChannelHandlerContext ctx) {
        deadline = null;
        if (dropping() || !ctx.channel().isWritable()) {
            ctx.close();
        } else if (owing || !waiting.isEmpty()) {
            // This one is answered with the end, after the answers to those before it.
            drop();
        } else {
            drop();
            HttpResponder.write(ctx, null, HttpAnswer.error(408, "request_timeout", "the request took too long"));
        }
    }

    private static void end(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    boolean mayTell() {
        return !owing && waiting.isEmpty();
    }

    private void forgetDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        forgetDeadline();
        waiting.clear();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException || cause instanceof ReadTimeoutException)) {
            LOG.error("management.failed remote={}", ctx.channel().remoteAddress(), cause);
        }
        ctx.close();
    }
}
