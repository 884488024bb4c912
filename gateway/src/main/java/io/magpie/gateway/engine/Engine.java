package io.magpie.gateway.engine;

import io.magpie.protocol.Command;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Order, duplicate detection and storage of messages, below the rooms. Each room shard has an engine of its own; every
 * method is called on the shard's executor and every callback comes back on it, at once or later. A callback may call
 * the engine again.
 *
 * <p><b>Order.</b> Within a room and epoch, messages get seq 1, 2, 3 … in the order of {@link #append}, and
 * {@link Listener#onMessages} is called in that order without holes, for every subscribed room, whoever appended.
 * <b>Idempotency.</b> A draft whose (sender, key) was appended within the window is not stored again: it is answered
 * with {@link Appended.Stored} of the first time, or with {@link Appended.Refused} if its content differs.
 * <b>Durability.</b> An append is answered, and its messages are handed to the listener, only when they can't be lost
 * any more by what the engine promises: the local engine on memory promises the life of the process, the one on disk what
 * its configuration says. History never shows less than what was announced; it may show more. A batch is stored as a
 * whole or not at all, and a batch that is refused takes no seq.
 */
public interface Engine extends AutoCloseable {
    /** Where messages come from, whoever said them. */
    interface Listener {
        /** New messages of a subscribed room, following what {@link Subscription} or the last call said. Not empty. */
        void onMessages(RoomId room, List<Message> messages);
    }

    /**
     * A room as it is when the subscription begins.
     *
     * @param head its position; {@code at} is that of the newest message
     * @param recent some of its newest messages, oldest first, ending at the head
     */
    record Subscription(Position head, List<Message> recent) {}

    /**
     * A page of a room's log.
     *
     * @param messages oldest first
     * @param more whether the log goes on in the direction asked
     */
    record Page(String epoch, List<Message> messages, boolean more) {}

    /** Time and chance from outside: milliseconds since 1970, monotonic nanoseconds, names for new epochs. */
    record Environment(LongSupplier millis, LongSupplier nanos, Supplier<String> epochs) {}

    /**
     * Begins to follow a room. Drafts may be appended at once.
     *
     * @param ready called once, before the first {@link Listener#onMessages}
     * @param refused called once instead, if the room can't be opened now; it isn't followed then
     */
    void subscribe(RoomId room, Listener listener, Consumer<Subscription> ready, Consumer<Refusal> refused);

    /** Stops following a room. What a memory-only engine knew of it is forgotten; what was appended is still answered. */
    void unsubscribe(RoomId room);

    /**
     * Stores drafts as the next messages of a subscribed room.
     *
     * @param done gets one outcome for each draft, in their order
     */
    void append(RoomId room, List<Draft> drafts, Consumer<List<Appended>> done);

    /**
     * Reads a page of a subscribed room.
     *
     * @param query its {@code limit} is at least 1 and already capped
     * @param done called once with the page
     * @param refused called once instead, if it can't be read now
     */
    void history(Command.History query, Consumer<Page> done, Consumer<Refusal> refused);

    /** Lets go of all resources. No callback comes after it. */
    @Override
    void close();
}
