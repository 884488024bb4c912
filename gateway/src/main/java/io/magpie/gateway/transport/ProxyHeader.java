package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the PROXY header that every connection begins with, and tells the gate who is behind the proxy; then it leaves.
 * Whatever isn't such a header ends the connection.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class ProxyHeader extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyHeader.class);

    private final UpgradeGate gate;

    /** It was bad. The decoder reads on to the end of what came, and may find a good one there. */
    private boolean bad;

    ProxyHeader(UpgradeGate gate) {
        this.gate = gate;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!bad && message instanceof HAProxyMessage header) {
            try {
                // A proxy that asks for itself, for a health check, names nobody.
                String source = header.command() == HAProxyCommand.PROXY ? header.sourceAddress() : null;
                ctx.pipeline().remove(this);
                gate.onProxyHeader(source == null ? null : ClientAddress.parse(source));
            } finally {
                header.release();
            }
        } else {
            ReferenceCountUtil.release(message);
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("proxy-header.bad remote={} cause={}", ctx.channel().remoteAddress(), cause.toString());
        if (!bad) {
            bad = true;
            gate.onBadProxyHeader();
            ctx.close();
        }
    }
}
