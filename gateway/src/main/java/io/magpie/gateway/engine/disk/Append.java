package io.magpie.gateway.engine.disk;

import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.protocol.Message;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Drafts on their way into a room's log.
 *
 * @param shard the executor on which the answer is given
 */
record Append(RoomLog log, List<Draft> drafts, Executor shard, Answer answer) {
    /** Who waits for it. Never throws. */
    interface Answer {
        /** What became of the drafts, one outcome for each, in their order; called once. */
        void onCommitted(List<Appended> outcomes);

        /** What was stored, of this and of appends to the same room before it; called after that, if there is anything. */
        void announce(List<Message> messages);
    }

    /** How much there is of it, roughly. */
    long bytes() {
        long bytes = 0;
        for (Draft draft : drafts) {
            bytes += 256 + draft.body().bytes().length;
        }
        return bytes;
    }
}
