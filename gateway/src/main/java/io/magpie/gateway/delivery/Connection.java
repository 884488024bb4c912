package io.magpie.gateway.delivery;

import io.magpie.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import java.time.Duration;

/**
 * One client's connection as sessions and rooms see it. It belongs to its {@link #loop()}: every method is called
 * there, except the constant ones ({@link #id}, {@link #format}, {@link #loop}), which any thread may call.
 */
public interface Connection {
    /** What an offered batch became. */
    enum Outcome {
        /** Written; it leaves the process with the next flush. */
        WRITTEN,
        /** Not written, because the reader is slow and the batch may be lost. */
        DROPPED,
        /** The connection is closing or too far behind; nothing was written. */
        REFUSED
    }

    /** A short id, unique in this process, that stands in every log line about the connection. */
    String id();

    /** Which bytes this member takes. */
    FrameFormat format();

    /** The loop that owns the connection. */
    DeliveryLoop loop();

    /** Whether frames are still taken: the upgrade is done and no close has begun. */
    boolean open();

    /** The session is in use; from now on the connection counts as active. */
    void activate();

    /**
     * Writes whole frames that every member shares, and flushes. A reader that is more than {@code outbound.max-bytes}
     * behind is closed with 4003 instead.
     *
     * @param frames borrowed: the connection takes its own reference
     * @param droppable whether a reader that is merely slow may miss it
     */
    Outcome deliver(ByteBuf frames, boolean droppable);

    /**
     * Writes whole frames for this client alone; they are flushed at the end of the loop's turn at the latest. A client
     * that asks but doesn't read is bounded as in {@link #deliver}.
     *
     * @param frames the connection takes over the caller's reference
     */
    void send(ByteBuf frames);

    /** Begins the closing handshake; later calls do nothing. The reason is for the client's developer. */
    void close(CloseCode code, String reason);

    /** Runs a task on the loop after a delay of seconds' precision, unless the connection has closed by then. */
    void after(Duration delay, Runnable task);
}
