package io.magpie.gateway.engine;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Command;
import io.magpie.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest messages of one room, bounded by count and by bytes; the oldest go first. Seqs in it follow each other
 * without holes. Belongs to the room's shard.
 */
@OwnedBy(Owner.ROOM_SHARD)
public final class MessageWindow {
    /** A page is one frame: so many bytes are enough for it. */
    static final long MAX_PAGE_BYTES = 256 * 1_024;

    private final int maxMessages;
    private final long maxBytes;

    /** Slot of a message: its seq modulo the length, which is a power of two. */
    private @Nullable Message[] ring = new @Nullable Message[8];

    /** The weights of the messages: when one goes, it isn't touched any more, which would be a cache miss or three. */
    private int[] weights = new int[ring.length];

    private long first = 1;
    private long head;
    private long bytes;

    /**
     * @param maxMessages at least 1
     * @param maxBytes of {@link Message#weight}; the newest message stays even if it alone is more
     */
    public MessageWindow(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** Continues a log whose newest message has this seq; only for an empty window. */
    public void startAfter(long seq) {
        assert size() == 0;
        head = seq;
        first = seq + 1;
    }

    /** Adds the message that follows {@link #head}. */
    public void add(Message message) {
        if (message.seq() != head + 1) {
            throw new IllegalStateException("message " + message.seq() + " doesn't follow " + head);
        }
        if (size() == ring.length) {
            grow();
        }
        head++;
        int weight = message.weight();
        ring[slot(head)] = message;
        weights[slot(head)] = weight;
        bytes += weight;
        while (size() > maxMessages || (bytes > maxBytes && size() > 1)) {
            bytes -= weights[slot(first)];
            ring[slot(first++)] = null;
        }
    }

    /** The seq of the newest message ever added, 0 if none. */
    public long head() {
        return head;
    }

    /** The seq of the oldest message kept; {@code head + 1} if none is. */
    public long first() {
        return first;
    }

    public int size() {
        return (int) (head - first + 1);
    }

    /** Whether everything after this seq is kept. */
    public boolean covers(long after) {
        return after >= first - 1;
    }

    /**
     * Whether the page that a query asks for lies in this window, so that no older log has to be read; not even to say
     * whether it goes on.
     */
    public boolean covers(Command.History query) {
        if (first == 1) {
            return true;
        }
        long end = query.before() == Command.History.UNSET ? head + 1 : Math.min(head + 1, query.before());
        return query.after() == Command.History.UNSET ? end - query.limit() > first : covers(query.after());
    }

    /** The message with this seq, which must be kept. */
    public Message get(long seq) {
        Message message = seq < first || seq > head ? null : ring[slot(seq)];
        if (message == null) {
            throw new IllegalArgumentException("message " + seq + " isn't kept");
        }
        return message;
    }

    /** The messages {@code from} to {@code to}, both counted, as far as they are kept; oldest first. */
    public List<Message> range(long from, long to) {
        List<Message> messages = new ArrayList<>();
        for (long seq = Math.max(from, first); seq <= Math.min(to, head); seq++) {
            messages.add(get(seq));
        }
        return messages;
    }

    /** Like {@link #range(long, long)}, but only the first so many bytes of {@link Message#weight}; at least one. */
    public List<Message> range(long from, long to, long maxBytes) {
        long start = Math.max(from, first);
        long count = Math.max(0, Math.min(to, head) - start + 1);
        return range(start, start + fitting(start, 1, count, maxBytes) - 1);
    }

    /** The page that a query asks for. */
    public Engine.Page page(String epoch, Command.History query) {
        long from;
        long to;
        boolean more;
        if (query.after() != Command.History.UNSET) {
            from = Math.max(first, query.after() + 1);
            to = Math.min(head, from + query.limit() - 1);
            to = from + fitting(from, 1, to - from + 1, MAX_PAGE_BYTES) - 1;
            more = to < head;
        } else {
            to = query.before() == Command.History.UNSET ? head : Math.min(head, query.before() - 1);
            from = Math.max(first, to - query.limit() + 1);
            from = to - fitting(to, -1, to - from + 1, MAX_PAGE_BYTES) + 1;
            more = from > first && to >= first;
        }
        return new Engine.Page(epoch, range(from, to), more);
    }

    /** How many of {@code count} messages, from one on in a direction, are so many bytes; at least one if there is one. */
    private long fitting(long start, int step, long count, long maxBytes) {
        long weight = 0;
        for (long i = 0; i < count; i++) {
            weight += weights[slot(start + i * step)];
            if (weight > maxBytes && i > 0) {
                return i;
            }
        }
        return count;
    }

    private void grow() {
        @Nullable Message[] old = ring;
        int[] oldWeights = weights;
        ring = new @Nullable Message[old.length * 2];
        weights = new int[ring.length];
        for (long seq = first; seq <= head; seq++) {
            int from = (int) (seq & (old.length - 1));
            ring[slot(seq)] = old[from];
            weights[slot(seq)] = oldWeights[from];
        }
    }

    private int slot(long seq) {
        return (int) (seq & (ring.length - 1));
    }
}
