package io.magpie.gateway.transport;

import io.magpie.gateway.config.CompressionConfig;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;

/**
 * How much one connection may have inflated: by a message, by a byte of it, and in a second, so that little that is sent
 * can't cost much that is done. Time is the loop's ticks.
 *
 * <p>What a second holds may be overdrawn by one message, and is judged when the next begins: so no message is too large
 * for it that isn't too large by itself.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class InflateBudget {
    private final int maxBytes;
    private final int maxRatio;
    private final long perSecond;

    /** Bytes of a message that may repeat themselves as they like: a client may say the same again and again. */
    private final long free;

    private final LoopWheel wheel;

    /** Bytes that may be inflated, at the tick {@link #leftAt}; below 0 when the last message overdrew. */
    private long left;

    private long leftAt;

    /** Bytes that have come of the message, and what they were inflated to. */
    private long received;

    private long inflated;

    /** What the message has cost of the budget: what came or what it gave, whichever is more. */
    private long charged;

    /** The budget of a new connection. */
    InflateBudget(GatewayConfig config, LoopWheel wheel) {
        CompressionConfig compression = config.websocket().compression();
        this.maxBytes = Math.min(
                config.websocket().maxMessage().intBytes(),
                compression.maxInflated().intBytes());
        this.maxRatio = compression.maxRatio();
        this.perSecond = compression.inflatedPerSecond().bytes();
        this.free = config.limits().largestEnvelope().bytes();
        this.wheel = wheel;
        this.left = 2 * perSecond;
        this.leftAt = wheel.now();
    }

    /**
     * A compressed message begins.
     *
     * @throws CorruptedWebSocketFrameException 1008 if enough was inflated for now
     */
    void begin() {
        received = 0;
        inflated = 0;
        charged = 0;
        long now = wheel.now();
        if (now != leftAt) {
            left = Math.min(2 * perSecond, left + (now - leftAt) * perSecond);
            leftAt = now;
        }
        if (perSecond > 0 && left <= 0) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.POLICY_VIOLATION, "more than " + perSecond + " bytes a second to inflate");
        }
    }

    /**
     * More of the message has come; it needn't give anything.
     *
     * @throws TooLongFrameException if that is far more than a message can need
     */
    void receive(int bytes) {
        received += bytes;
        charge();
        if (received > 2L * maxBytes) {
            throw new TooLongFrameException("the compressed message is too large");
        }
    }

    private void charge() {
        long most = Math.max(received, inflated);
        left -= most - charged;
        charged = most;
    }

    /**
     * What has come gave so many bytes more.
     *
     * @throws TooLongFrameException if the message becomes too large
     * @throws CorruptedWebSocketFrameException 1009 if it becomes too large for what was sent of it
     */
    void inflate(int bytes) {
        inflated += bytes;
        charge();
        if (inflated > maxBytes) {
            throw new TooLongFrameException("the inflated message is too large");
        }
        if (maxRatio > 0 && inflated > free && inflated > maxRatio * received) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.MESSAGE_TOO_BIG,
                    "the message inflates to more than " + maxRatio + " times its size");
        }
    }
}
