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

    /** What became of a publication; called once, unless the process ends first. */
    void onAppended(RoomId room, @Nullable RequestId id, Appended outcome);
}
