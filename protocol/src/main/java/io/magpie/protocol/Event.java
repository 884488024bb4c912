package io.magpie.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server says: one server envelope. Replies carry the {@code id} of the command they answer, null if it had
 * none.
 */
public sealed interface Event {
    /**
     * The answer to {@code connect}.
     *
     * @param resume ticket with which a new connection takes this one's place, or null where the server gives none
     * @param heartbeat seconds of silence after which the server pings
     * @param rooms per room what {@link Joined} says
     */
    record Connected(
            @Nullable RequestId id,
            String connection,
            Sender user,
            @Nullable String resume,
            long heartbeat,
            Limits limits,
            Map<RoomId, RoomState> rooms)
            implements Event {
        /** Without the ticket. */
        @Override
        public String toString() {
            return "Connected[id=" + id + ", connection=" + connection + ", user=" + user + ", heartbeat=" + heartbeat
                    + ", limits=" + limits + ", rooms=" + rooms + "]";
        }
    }

    /** What the server lets a client do: largest message in bytes, most rooms, largest history page. */
    record Limits(int message, int rooms, int history) {}

    /**
     * A room as a joiner finds it.
     *
     * @param head its position: the next message has {@code head.seq + 1}. {@code at} is not sent.
     * @param recovered whether nothing was missed or everything missed follows; true also without {@code since}
     *     if the client had nothing to recover
     * @param reason why {@code recovered} is false, null if it is true
     * @param members how many are in the room, the joiner counted
     */
    record RoomState(
            Position head, boolean recovered, @Nullable Unrecovered reason, int members) {}

    /** Why a position can't be continued from. */
    enum Unrecovered {
        /** The room's log was lost or reset. */
        EPOCH,
        /** Messages after the position are no longer kept. */
        TRIMMED,
        /** The position is beyond the head. */
        AHEAD,
        /** The message at the position is not the one that the client saw. */
        FORK
    }

    /** The answer to {@code join}. */
    record Joined(@Nullable RequestId id, RoomId room, RoomState state) implements Event {}

    /**
     * The answer to {@code show}.
     *
     * @param rooms per room what {@link Joined} says
     */
    record Shown(@Nullable RequestId id, Map<RoomId, RoomState> rooms) implements Event {}

    /** A message of a room. */
    record Delivered(Message message) implements Event {}

    /** A fleeting word to a room. */
    record Signalled(RoomId room, Sender from, Body body) implements Event {}

    /** A message was taken back. */
    record Recalled(RoomId room, long seq) implements Event {}

    /** Who came and went, gathered over an interval. */
    record Presence(RoomId room, int count, List<Sender> joined, List<Sender> left) implements Event {}

    /** The answer to {@code history}: oldest first; {@code more} if the log goes on in the direction asked. */
    record HistoryPage(@Nullable RequestId id, RoomId room, String epoch, List<Message> messages, boolean more)
            implements Event {}

    /** The answer to {@code members}: how many, and some of them. */
    record MemberList(@Nullable RequestId id, RoomId room, int count, List<Sender> members) implements Event {}

    /** The messages {@code from} to {@code to}, both counted, are gone for this client. */
    record Gap(RoomId room, long from, long to, GapReason reason) implements Event {}

    /** Why messages are gone. */
    enum GapReason {
        TRIMMED,
        SHED
    }

    /** The token expires: bring a newer one within {@code after} milliseconds, or the connection is closed with 4002. */
    record Expiring(long after) implements Event {}

    /** This connection will be closed in {@code after} milliseconds, which differ from client to client: come back then. */
    record Reconnect(long after, String reason) implements Event {}

    /** The last envelope before a close. {@code after} in milliseconds, or {@link #UNSET}. */
    record Bye(CloseCode code, String reason, long after) implements Event {}

    /** The answer to {@code refresh}, {@code leave}, {@code recall} and {@code hide}. */
    record Done(@Nullable RequestId id) implements Event {}

    /**
     * The answer to {@code send}.
     *
     * @param position where the message is stored; its {@code at} is the time of the message
     * @param duplicate the key was seen before; the position is that of the first time
     */
    record Accepted(@Nullable RequestId id, RoomId room, Position position, boolean duplicate) implements Event {}

    /** A command was refused. {@code after} in milliseconds, or {@link #UNSET}. */
    record Failed(@Nullable RequestId id, ErrorCode code, String message, long after) implements Event {}

    /** The answer to {@code ping}. */
    record Pong(@Nullable RequestId id) implements Event {}

    /** An {@code after} that isn't known. */
    long UNSET = -1;
}
