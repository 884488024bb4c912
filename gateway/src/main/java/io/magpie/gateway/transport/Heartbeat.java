package io.magpie.gateway.transport;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;

/**
 * Finds out whether a peer still lives: pings it after some silence, the first time a little earlier, and ends its
 * connection after more (RFC 6455 section 5.5.2). Belongs to the connection's loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Heartbeat implements LoopWheel.Timed {
    private final ChannelConnection connection;
    private final LoopWheel wheel;
    private final GatewayConfig.Heartbeat config;

    /** Ticks by which the first ping comes before its time. */
    private byte early;

    /** Whether it was pinged since it was heard: who wasn't asked can't have failed to answer. */
    private boolean asked;

    /** The tick at which the peer was heard. */
    private long heard;

    Heartbeat(ChannelConnection connection, LoopWheel wheel, GatewayConfig.Heartbeat config) {
        this.connection = connection;
        this.wheel = wheel;
        this.config = config;
        this.heard = wheel.now();
    }

    /** Begins to watch. Once. */
    void begin(TransportLoop home) {
        long interval = interval();
        early = home.stagger(interval);
        wheel.add(this, LoopWheel.TICK.multipliedBy(interval - early));
    }

    /** Anything arrived: the peer lives. */
    void heard() {
        assert connection.loop().inLoop();
        heard = wheel.now();
        asked = false;
    }

    /** As if it had been heard so lately that it is due for a ping, and has all the time to answer it. */
    void excuse() {
        excuse(wheel.now());
    }

    private void excuse(long now) {
        assert connection.loop().inLoop();
        heard = Math.max(heard, now + 1 - interval());
        asked = false;
    }

    @Override
    public long onTick(long now) {
        assert connection.loop().inLoop();
        if (!connection.open()) {
            return 0;
        }
        long interval = interval();
        long limit = LoopWheel.ticks(config.idleTimeout());
        long silent = now - heard;
        if (silent < interval - early) {
            return interval - early - silent;
        }
        early = 0;
        if (!connection.writable() || !connection.channel().config().isAutoRead()) {
            // It can't be asked, so its silence says nothing; if it takes nothing either, it is closed as stalled.
            excuse(now);
            return 1;
        }
        if (silent >= limit && asked) {
            connection.close(CloseCode.HEARTBEAT_LOST, "nothing was heard for " + silent + " s");
            return 0;
        }
        asked = true;
        connection.ping();
        return Math.max(1, Math.min(interval, limit - silent));
    }

    @Override
    public boolean over() {
        return connection.over();
    }

    @Override
    public String toString() {
        return "heartbeat of " + connection;
    }

    private long interval() {
        return LoopWheel.ticks(config.interval());
    }
}
