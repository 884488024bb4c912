package io.magpie.gateway.transport;

import io.magpie.gateway.support.LogText;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the PROXY header that every connection begins with, and tells the gate who is behind the proxy; then it leaves.
 * Whatever isn't such a header, or not whole within three seconds, ends the connection.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class ProxyHeader extends ChannelInboundHandlerAdapter implements LoopWheel.Timed {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyHeader.class);

    /** The wheel takes up to a second longer. */
    private static final Duration WITHIN = Duration.ofSeconds(2);

    private final UpgradeGate gate;
    private final LoopWheel wheel;

    /** Null when the header has come or the connection is gone. */
    private @Nullable ChannelHandlerContext waiting;

    /** It was bad. The decoder reads on to the end of what came, and may find a good one there. */
    private boolean bad;

    ProxyHeader(UpgradeGate gate, LoopWheel wheel) {
        this.gate = gate;
        this.wheel = wheel;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        waiting = ctx;
        wheel.add(this, WITHIN);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        waiting = null;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (bad || !(message instanceof HAProxyMessage header)) {
            ReferenceCountUtil.release(message);
            ctx.close();
            return;
        }
        try {
            if (header.proxiedProtocol().addressFamily() == AddressFamily.AF_UNIX) {
                // A path is no address, and might look like one.
                refuse(ctx, "a socket of its own machine");
                return;
            }
            // A proxy that asks for itself, for a health check, names nobody.
            String source = header.command() == HAProxyCommand.PROXY ? header.sourceAddress() : null;
            ctx.pipeline().remove(this);
            gate.onProxyHeader(source == null ? null : ClientAddress.parse(source));
        } finally {
            header.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            // A check of the proxy that hangs up is no bad header.
            ctx.close();
        } else {
            refuse(ctx, cause.toString());
        }
    }

    private void refuse(ChannelHandlerContext ctx, String why) {
        LOG.debug("proxy-header.bad remote={} cause={}", ctx.channel().remoteAddress(), LogText.quote(why));
        if (!bad) {
            bad = true;
            gate.onBadProxyHeader();
            ctx.close();
        }
    }

    @Override
    public boolean over() {
        return waiting == null;
    }

    @Override
    public long onTick(long now) {
        ChannelHandlerContext ctx = waiting;
        if (ctx != null) {
            refuse(ctx, "it isn't whole in time");
        }
        return 0;
    }
}
