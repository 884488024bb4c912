package io.magpie.bench.slow;

import io.magpie.protocol.Encoding;
import io.magpie.protocol.EventReader;
import io.magpie.protocol.RoomId;

/**
 * What all clients of a run share; its mutable parts are used on the loop of the {@link Crowd} only.
 *
 * @param host for the upgrade request
 * @param reader immutable
 */
record Party(RoomId room, String host, Text text, Book book, Account account, EventReader reader) {
    /** For so many messages of a plan's size. */
    static Party of(SlowPlan plan, String host, long run) {
        Text text = new Text(plan.size(), run);
        return new Party(
                new RoomId("slow-" + Long.toHexString(run)),
                host,
                text,
                new Book(text, plan.timeline().total()),
                new Account(),
                new EventReader(Encoding.JSON));
    }
}
