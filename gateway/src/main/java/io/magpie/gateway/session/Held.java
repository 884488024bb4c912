package io.magpie.gateway.session;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Command;
import io.magpie.protocol.Request;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What a client has sent before it was known whether it may, in its order, within bounds. Belongs to the session's loop. */
@OwnedBy(Owner.EVENT_LOOP)
final class Held {
    /** As many as a frame may hold. */
    private static final int MAX_REQUESTS = 64;

    /** Bytes of a room's name and a position, about. */
    private static final int A_ROOM = 128;

    private final Deque<Request> requests = new ArrayDeque<>();
    private final long maxBytes;
    private long bytes;

    /** @param maxBytes of what is said in them, and of what a client may make as long as a frame */
    Held(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Keeps one; false if that would be too much. */
    boolean add(Request request) {
        if (requests.size() >= MAX_REQUESTS || bytes + weight(request) > maxBytes) {
            return false;
        }
        bytes += weight(request);
        return requests.add(request);
    }

    @Nullable
    Request peek() {
        return requests.peek();
    }

    /** The first, which isn't kept any more; null if there is none. */
    @Nullable
    Request poll() {
        Request first = requests.poll();
        bytes -= first == null ? 0 : weight(first);
        return first;
    }

    boolean isEmpty() {
        return requests.isEmpty();
    }

    void clear() {
        requests.clear();
        bytes = 0;
    }

    private static int weight(Request request) {
        Command command = request.command();
        if (command instanceof Command.Send send) {
            return send.body().bytes().length;
        } else if (command instanceof Command.Signal signal) {
            return signal.body().bytes().length;
        } else if (command instanceof Command.Refresh refresh) {
            return refresh.token().length();
        } else if (command instanceof Command.Connect connect) {
            return (connect.token() == null ? 0 : connect.token().length())
                    + connect.rooms().size() * A_ROOM;
        }
        return command instanceof Command.Show show ? show.rooms().size() * A_ROOM : 0;
    }
}
