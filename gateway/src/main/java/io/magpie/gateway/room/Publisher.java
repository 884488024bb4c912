package io.magpie.gateway.room;

import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.engine.Appended;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import org.jspecify.annotations.Nullable;

/** Who said something and is told what became of it. */
public interface Publisher {
    /** The loop on which {@link #onAppended} is called. */
    DeliveryLoop loop();

    /**
     * Whether it may say something in a room at this moment. Asked by the room when it hands over to the engine what was said
     * there, which may be some time after it came: until then it waits for its turn, its batch or a backend. Any thread.
     */
    default boolean mayPublish(RoomId room) {
        return true;
    }

    /** What became of a publication; called once, unless the process ends first. */
    void onAppended(RoomId room, @Nullable RequestId id, Appended outcome);
}
