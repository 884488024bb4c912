package io.magpie.gateway.transport;

import io.magpie.gateway.config.EdgeConfig;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import java.time.Duration;

/**
 * Watches for two abuses that cost a server more than a client: floods of control frames, and messages that never end.
 * Closes the connection with 1008. Belongs to the connection's loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class FrameWatch implements LoopWheel.Timed {
    /** {@link #since} while no message is under way. */
    private static final long NONE = -1;

    private final int controlsPerSecond;
    private final Duration patience;
    private final LoopWheel wheel;
    private final FrameDecoder decoder;
    private final ChannelConnection connection;

    /** Control frames that may come at once, at the tick {@link #controlsAt}. */
    private int controls;

    private long controlsAt;
    private long since = NONE;

    /** Whether the wheel will call. */
    private boolean waiting;

    FrameWatch(EdgeConfig config, LoopWheel wheel, FrameDecoder decoder, ChannelConnection connection) {
        this.controlsPerSecond = config.controlFrames();
        this.patience = config.messageTimeout();
        this.wheel = wheel;
        this.decoder = decoder;
        this.connection = connection;
        this.controls = 2 * controlsPerSecond;
    }

    /** A ping or pong has come; false if it is one too many, and the connection is closed. */
    boolean controlFrame() {
        assert connection.loop().inLoop();
        long now = wheel.now();
        if (now != controlsAt) {
            controls = (int) Math.min(2L * controlsPerSecond, controls + (now - controlsAt) * controlsPerSecond);
            controlsAt = now;
        }
        if (controls > 0) {
            controls--;
            return true;
        }
        connection.close(CloseCode.POLICY_VIOLATION, "more than " + controlsPerSecond + " control frames a second");
        return false;
    }

    /** A message has come to its end; what has come of the next one begins to count now. */
    void messageRead() {
        assert connection.loop().inLoop();
        since = NONE;
    }

    /**
     * All that has arrived is read.
     *
     * @param gathering whether a message has begun in a frame that isn't its last
     */
    void readComplete(boolean gathering) {
        assert connection.loop().inLoop();
        if (!gathering && !decoder.midFrame()) {
            since = NONE;
        } else if (since == NONE) {
            since = wheel.now();
            if (!waiting) {
                waiting = true;
                wheel.add(this, patience);
            }
        }
    }

    @Override
    public boolean over() {
        return connection.over();
    }

    @Override
    public long onTick(long now) {
        assert connection.loop().inLoop();
        if (since != NONE && !connection.channel().config().isAutoRead()) {
            // It can't arrive while it isn't read.
            since = now;
        }
        long left = since == NONE ? 0 : since + LoopWheel.ticks(patience) - now;
        if (since != NONE && left <= 0) {
            connection.close(CloseCode.POLICY_VIOLATION, "the message takes too long to arrive");
        }
        waiting = left > 0;
        return Math.max(0, left);
    }
}
