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
        /** Not written, because as much waits for the reader as may; {@link #whenWritable} tells when it goes on. */
        BEHIND,
        /** Not written, because the connection is closing. */
        REFUSED
    }

    /**
     * A short id, unique in this process, that stands in every log line about the connection. It is no secret: backends and
     * operators see it too, and a client that comes back is known by its ticket, which is signed, not by the id in it.
     */
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
     * Writes whole frames that every member shares, and flushes; unless more than {@code outbound.high-water-mark}
     * waits for the reader already.
     *
     * @param frames borrowed: the connection takes its own reference
     */
    Outcome deliver(ByteBuf frames);

    /** Whether no more than {@code outbound.high-water-mark} waits for the reader. */
    boolean writable();

    /**
     * Runs a task on the loop, in a turn of its own, as soon as less than {@code outbound.low-water-mark} waits for the
     * reader; unless the connection has closed by then.
     */
    void whenWritable(Runnable task);

    /**
     * Writes whole frames for this client alone; they are flushed at the end of the loop's turn at the latest. A client
     * that asks but doesn't read is closed with 4003 when more than {@code outbound.max-bytes} waits for it.
     *
     * @param frames the connection takes over the caller's reference
     */
    void send(ByteBuf frames);

    /**
     * Whether more is read from the client. What it sends meanwhile stays in its socket, and its silence isn't taken for
     * its end.
     */
    void reading(boolean on);

    /** Begins the closing handshake; later calls do nothing. The reason is for the client's developer. */
    void close(CloseCode code, String reason);

    /** Runs a task on the loop after a delay of seconds' precision, unless the connection has closed by then. */
    void after(Duration delay, Runnable task);
}
