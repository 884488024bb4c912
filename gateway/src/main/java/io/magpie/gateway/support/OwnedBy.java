package io.magpie.gateway.support;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which thread may touch the mutable state of a class. Every class with a non-final field or mutable contents
 * carries it; its javadoc names the methods that other threads may call.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OwnedBy {
    /** The owner. */
    Owner value();

    /** Who may touch mutable state. */
    enum Owner {
        /** The event loop of the connection, or the loop the object was made for. */
        EVENT_LOOP,
        /** The executor of the room's shard. */
        ROOM_SHARD,
        /** Whoever runs {@code main}: start and stop only. */
        MAIN,
        /** Any thread; the class uses atomic operations only. */
        ANY_THREAD,
        /** Whoever holds the object, which is one owner at a time. */
        HOLDER,
        /** The thread that asks the business backend. */
        WEBHOOK,
        /** The thread that writes the durable log. */
        LOG_WRITER,
        /** The thread that gives messages their order in the engine at hand: a room's shard, or the writer of the log. */
        ENGINE
    }
}
