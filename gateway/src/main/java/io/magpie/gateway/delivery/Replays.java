package io.magpie.gateway.delivery;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to be fed, for each connection of one loop. A connection that is behind in many rooms gets one page at
 * a time, of one room after the other: what waits for it is never more than its high-water mark and one page, however
 * much it has missed and in however many rooms. A turn of the loop feeds {@value #PAGES_PER_TURN} pages at most, so that
 * live messages and other sockets come in between however many connections are behind. Belongs to the loop, and holds
 * nothing of those who aren't behind.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Replays {
    /** About a megabyte; sending it takes a millisecond or two. */
    static final int PAGES_PER_TURN = 16;

    private final EventExecutor loop;
    private final Map<Connection, Turns> behind = new HashMap<>();

    /** Connections that take bytes, in the order in which they said so. */
    private final Queue<Turns> ready = new ArrayDeque<>();

    private boolean serving;

    /** @param loop the loop that these belong to */
    Replays(EventExecutor loop) {
        this.loop = loop;
    }

    /** The rooms of one connection. Belongs to the loop. */
    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Turns {
        final Queue<CatchUp> waiting = new ArrayDeque<>(2);

        /** Who asks as soon as the connection takes bytes, or waits for its page. */
        @Nullable
        CatchUp reading;

        /** Whether the connection will tell when it takes bytes, or has told and waits for a turn of the loop. */
        boolean announced;
    }

    /** Lets a reader ask for its next page when those who came before have had theirs. */
    void await(CatchUp reader) {
        Connection connection = reader.connection();
        Turns turns = behind.computeIfAbsent(connection, c -> new Turns());
        turns.waiting.add(reader);
        if (turns.reading == null) {
            next(connection, turns);
        }
    }

    /** A reader has had its page: the turn is the next one's. Does nothing if it was already. */
    void served(CatchUp reader) {
        Turns turns = behind.get(reader.connection());
        if (turns != null && turns.reading == reader) {
            next(reader.connection(), turns);
        }
    }

    /** A reader wants no page any more, not even one that is under way. */
    void end(CatchUp reader) {
        Turns turns = behind.get(reader.connection());
        if (turns != null) {
            turns.waiting.remove(reader);
            served(reader);
        }
    }

    /** Connections that are behind. */
    int size() {
        return behind.size();
    }

    private void next(Connection connection, Turns turns) {
        turns.reading = turns.waiting.poll();
        if (turns.reading == null) {
            behind.remove(connection);
        } else if (!turns.announced) {
            turns.announced = true;
            connection.whenWritable(() -> ask(turns));
        }
    }

    private void ask(Turns turns) {
        ready.add(turns);
        if (!serving) {
            serving = true;
            serveLater();
        }
    }

    // The task reports for itself.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void serveLater() {
        loop.schedule(this::serve, 0, TimeUnit.NANOSECONDS);
    }

    private void serve() {
        for (int pages = 0; pages < PAGES_PER_TURN && !ready.isEmpty(); ) {
            Turns turns = ready.remove();
            turns.announced = false;
            if (turns.reading != null) {
                turns.reading.ask();
                pages++;
            }
        }
        serving = !ready.isEmpty();
        if (serving) {
            serveLater();
        }
    }
}
