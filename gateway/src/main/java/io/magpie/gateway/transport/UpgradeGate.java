package io.magpie.gateway.transport;

import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.support.GatewayMetrics.RefusedPeer;
import io.magpie.gateway.support.GatewayMetrics.UpgradeOutcome;
import io.magpie.gateway.support.LogText;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.gateway.tls.TlsListener;
import io.magpie.protocol.CloseCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a good request to upgrade into a WebSocket connection and answers all other requests. It is the last handler
 * until then, and leaves with the upgrade. A client that sends no whole request in time is closed.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class UpgradeGate extends RequestAssembler implements LoopWheel.Timed {
    private static final Logger LOG = LoggerFactory.getLogger(UpgradeGate.class);

    /** Requests that may wait for the answers to those before them. */
    private static final int MAX_LATER = 16;

    /** Seconds after which those who are refused may come again; not all at once. */
    private static final int MIN_RETRY = 2;

    private static final int MAX_RETRY = 10;

    /** An answer that isn't there by then won't come. */
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);

    private final ConnectionPipeline pipeline;
    private final TransportLoop home;
    private final Wiring wiring;

    /** Whether it has a place among the newcomers, which it gives back with its first whole request. */
    private boolean counted;

    /** The tick by which the next whole request must have come. */
    private long due;

    /** Whether a request has come already with the bytes that are being read. */
    private boolean asked;

    private boolean earlyData;

    /** Whether an answer is on its way. */
    private boolean owing;

    /** What has come since; null until something does. */
    private @Nullable Queue<FullHttpRequest> later;

    /** Who is at the other end, as far as it is known; null without an address. */
    private @Nullable InetAddress peer;

    /** Null when the connection is upgraded or gone, so that the wheel doesn't keep it. */
    private @Nullable ChannelHandlerContext waiting;

    UpgradeGate(ConnectionPipeline pipeline, TransportLoop home, Wiring wiring) {
        super(wiring.site().maxBody());
        this.pipeline = pipeline;
        this.home = home;
        this.wiring = wiring;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        counted = wiring.newcomers().enter();
        if (!counted) {
            wiring.metrics().refused(RefusedPeer.NEWCOMERS);
            ctx.close();
            return;
        }
        wiring.metrics().newcomers(1);
        waiting = ctx;
        due = home.wheel().due(wiring.config().http().requestTimeout());
        home.wheel().add(this, wiring.config().http().requestTimeout());
        peer = ctx.channel().remoteAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
        if (!wiring.config().edge().proxyProtocol()) {
            admitPeer(ctx);
        } else if (peer != null && !pipeline.addresses().trusted(peer)) {
            onBadProxyHeader();
            ctx.close();
        }
    }

    /** The connection is upgraded, or gone. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        settle();
    }

    /** It is no newcomer any more. */
    private void settle() {
        if (counted) {
            counted = false;
            wiring.newcomers().leave();
            wiring.metrics().newcomers(-1);
        }
    }

    /** The proxy has said whom it speaks for; nobody if it is null. */
    void onProxyHeader(@Nullable InetAddress client) {
        ChannelHandlerContext ctx = waiting;
        // Where the proxy names nobody, nobody is known; what a client says of itself counts no more for that.
        peer = client;
        if (ctx != null) {
            admitPeer(ctx);
        }
    }

    /** There was no PROXY header, not in time, or not from whom one is believed. */
    void onBadProxyHeader() {
        wiring.metrics().refused(RefusedPeer.PROXY);
    }

    /** Counts the peer among those of its address, unless it is a proxy, which brings many. */
    private void admitPeer(ChannelHandlerContext ctx) {
        if (peer == null || pipeline.addresses().trusted(peer)) {
            return;
        }
        AddressLimits.Outcome outcome = enter(ctx, peer);
        if (outcome != AddressLimits.Outcome.ENTERED) {
            wiring.metrics()
                    .refused(outcome == AddressLimits.Outcome.TOO_MANY ? RefusedPeer.TOO_MANY : RefusedPeer.TOO_FAST);
            ctx.close();
        }
    }

    private AddressLimits.Outcome enter(ChannelHandlerContext ctx, InetAddress address) {
        AddressLimits limits = wiring.addresses();
        AddressLimits.Outcome outcome = limits.enter(address);
        if (outcome == AddressLimits.Outcome.ENTERED && !address.isLoopbackAddress()) {
            // Keeps nothing of this handler for the connection's life.
            ctx.channel().closeFuture().addListener(closed -> limits.leave(address));
        }
        return outcome;
    }

    /** Whether the client that a trusted proxy names may come; it counts once for each of its connections. */
    private boolean admitForwarded(ChannelHandlerContext ctx, UpgradeHeaders headers) {
        if (peer == null) {
            return true;
        }
        InetAddress client = pipeline.addresses().of(peer, headers.forwarded());
        if (client.equals(peer)) {
            return true;
        }
        peer = client;
        return enter(ctx, client) == AddressLimits.Outcome.ENTERED;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (waiting == null) {
            // Bytes that came in one packet with the request: a client must wait for the answer first.
            earlyData = true;
            ReferenceCountUtil.release(message);
        } else {
            super.channelRead(ctx, message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        asked = false;
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        waiting = null;
        later = null;
        ctx.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        TlsListener tls = wiring.tls();
        if (tls != null && event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                tls.onHandshake(ctx.pipeline().get(SslHandler.class));
            } else {
                tls.onHandshakeFailed();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
            LOG.debug("http.broken remote={} cause={}", ctx.channel().remoteAddress(), LogText.quote(cause.toString()));
        } else {
            LOG.error("http.failed remote={}", ctx.channel().remoteAddress(), cause);
        }
        ctx.close();
    }

    @Override
    void onRequest(ChannelHandlerContext ctx, FullHttpRequest request) {
        settle();
        boolean waited = !asked;
        asked = true;
        if (!owing) {
            due = home.wheel().due(wiring.config().http().requestTimeout());
        }
        if (!ctx.channel().isWritable()) {
            // Asks faster than it reads: answers would pile up.
            wiring.metrics().refused(RefusedPeer.UNREAD);
            ctx.close();
        } else if (owing) {
            postpone(ctx, request);
        } else {
            serve(ctx, request, waited);
        }
    }

    /** Answers come in the order of the requests. */
    private void postpone(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (later == null) {
            later = new ArrayDeque<>();
        }
        if (later.size() >= MAX_LATER) {
            wiring.metrics().refused(RefusedPeer.UNREAD);
            ctx.close();
        } else {
            later.add(request);
        }
    }

    /** @param waited whether the client had all answers when it asked, as it must have before it upgrades */
    private void serve(ChannelHandlerContext ctx, FullHttpRequest request, boolean waited) {
        UpgradeHeaders headers = UpgradeHeaders.of(request.headers());
        if (request.decoderResult().isFailure() || !headers.wanted()) {
            owing = true;
            due = home.wheel().due(ANSWERS_WITHIN);
            InetAddress client = peer == null ? null : pipeline.addresses().of(peer, headers.forwarded());
            pipeline.responder().respond(ctx, request, headers, client, ends -> answered(ctx, ends));
        } else if (waited) {
            judge(ctx, request, headers);
        } else {
            HttpAnswer answer = HttpAnswer.error(400, "bad_request", "wait for the last answer before you upgrade");
            refuse(ctx, request, UpgradeOutcome.BAD_REQUEST, answer);
        }
    }

    private void judge(ChannelHandlerContext ctx, FullHttpRequest request, UpgradeHeaders headers) {
        UpgradeRequest verdict = UpgradeRequest.check(request, headers, pipeline.terms());
        if (verdict instanceof UpgradeRequest.Refused refused) {
            refuse(ctx, request, refused.outcome(), refused.answer());
        } else if (!admitForwarded(ctx, headers)) {
            HttpAnswer many =
                    HttpAnswer.error(429, "too_many_connections", "too many connections of this address, or too fast");
            refuse(ctx, request, UpgradeOutcome.ADDRESS_LIMIT, many.with("Retry-After", "5"));
        } else if (wiring.overload().signal().isPresent()) {
            HttpAnswer busy = HttpAnswer.error(503, "overloaded", "too much to do here now, try again later");
            long after = ThreadLocalRandom.current().nextLong(MIN_RETRY, MAX_RETRY + 1);
            refuse(ctx, request, UpgradeOutcome.OVERLOADED, busy.with("Retry-After", Long.toString(after)));
        } else if (!wiring.admission().enter()) {
            HttpAnswer full =
                    HttpAnswer.error(503, "over_capacity", "no more connections are taken here, try again later");
            refuse(ctx, request, UpgradeOutcome.OVER_CAPACITY, full.with("Retry-After", "5"));
        } else if (verdict instanceof UpgradeRequest.Accepted accepted) {
            // Shared by all: a listener of its own would keep this handler for the connection's life.
            ctx.channel().closeFuture().addListener(pipeline.leaving());
            upgrade(ctx, accepted);
        }
    }

    /** The next request has its time from here on, or its turn if it is there already. */
    private void answered(ChannelHandlerContext ctx, boolean ends) {
        owing = false;
        if (ends) {
            later = null;
            drop();
        }
        due = home.wheel().due(wiring.config().http().requestTimeout());
        FullHttpRequest next = later == null ? null : later.poll();
        if (next != null && ctx.channel().isActive()) {
            serve(ctx, next, false);
        }
    }

    private void refuse(ChannelHandlerContext ctx, FullHttpRequest request, UpgradeOutcome outcome, HttpAnswer answer) {
        wiring.metrics().upgrade(outcome);
        HttpResponder.write(ctx, request, answer.with("Connection", "close"));
        later = null;
        drop();
    }

    @Override
    boolean mayTell() {
        return !owing;
    }

    private void upgrade(ChannelHandlerContext ctx, UpgradeRequest.Accepted accepted) {
        waiting = null;
        later = null;
        try {
            ctx.write(home.upgradeAnswer().to(accepted, ctx.alloc()), ctx.voidPromise());
            // Hands over what came with the request, if anything did.
            ctx.pipeline().remove(RequestDecoder.class);
            wiring.metrics().upgrade(earlyData ? UpgradeOutcome.EARLY_DATA : UpgradeOutcome.ACCEPTED);
            ChannelConnection connection = pipeline.installWebSocket(ctx.channel(), home, accepted, peer);
            // Not before, so that what the session says at once leaves with the answer.
            ctx.flush();
            ctx.pipeline().remove(this);
            if (earlyData) {
                connection.close(CloseCode.PROTOCOL_ERROR, "frames came before the upgrade was answered");
            }
        } catch (RuntimeException e) {
            LOG.error("upgrade.failed remote={}", ctx.channel().remoteAddress(), e);
            ctx.close();
        }
    }

    @Override
    public boolean over() {
        return waiting == null;
    }

    /** The deadline for the next whole request, counted from the connection's begin or the last answer. */
    @Override
    public long onTick(long now) {
        ChannelHandlerContext ctx = waiting;
        if (ctx != null && due <= now) {
            if (counted) {
                wiring.metrics().refused(RefusedPeer.TOO_SLOW);
            }
            ctx.close();
        }
        // The time of the next request begins when the answer is there, which may be at any time.
        return ctx == null ? 0 : owing ? 1 : due - now;
    }
}
