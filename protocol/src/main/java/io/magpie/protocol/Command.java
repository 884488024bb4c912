package io.magpie.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client asks for: the body of one client envelope. Replies are {@link Event}s. */
public sealed interface Command {
    /** One method per command, so that a server that forgets one doesn't compile. */
    interface Handler {
        void onConnect(@Nullable RequestId id, Connect command);

        void onRefresh(@Nullable RequestId id, Refresh command);

        void onJoin(@Nullable RequestId id, Join command);

        void onLeave(@Nullable RequestId id, Leave command);

        void onSend(@Nullable RequestId id, Send command);

        void onSignal(@Nullable RequestId id, Signal command);

        void onHistory(@Nullable RequestId id, History command);

        void onMembers(@Nullable RequestId id, Members command);

        void onRecall(@Nullable RequestId id, Recall command);

        void onRead(@Nullable RequestId id, Read command);

        void onHide(@Nullable RequestId id, Hide command);

        void onShow(@Nullable RequestId id, Show command);

        void onPing(@Nullable RequestId id, Ping command);

        void onInvalid(@Nullable RequestId id, Invalid command);
    }

    /** Calls the method of {@code handler} that is for this command. */
    void dispatch(@Nullable RequestId id, Handler handler);
    /** Where a {@link Send} or {@link Signal} goes: a room, or a user's inbox. */
    sealed interface Target {}

    /** A room by its name. */
    record ToRoom(RoomId room) implements Target {}

    /** The inbox of a user, field {@code to}. */
    record ToUser(UserId user) implements Target {}

    /**
     * Authenticates, joins and resumes in one round trip; the first envelope of a connection.
     *
     * @param token the bearer token, if it didn't come with the upgrade
     * @param resume the ticket of an earlier connection whose place this one takes, as that one was given it
     * @param device that the client runs on, if it says so: one connection of a user and a device takes another's place
     * @param rooms the rooms to be in; a null value joins without resuming. In the order of the envelope.
     */
    record Connect(
            @Nullable String token,
            @Nullable String resume,
            @Nullable DeviceId device,
            Map<RoomId, @Nullable Position> rooms,
            @Nullable ClientInfo client)
            implements Command {
        /** Without a device. */
        public Connect(
                @Nullable String token,
                @Nullable String resume,
                Map<RoomId, @Nullable Position> rooms,
                @Nullable ClientInfo client) {
            this(token, resume, null, rooms, client);
        }

        /** Without a ticket and a device. */
        public Connect(@Nullable String token, Map<RoomId, @Nullable Position> rooms, @Nullable ClientInfo client) {
            this(token, null, null, rooms, client);
        }

        /** Without the token and the ticket. */
        @Override
        public String toString() {
            return "Connect[device=" + device + ", rooms=" + rooms + ", client=" + client + "]";
        }

        @Override
        public void dispatch(@Nullable RequestId id, Handler handler) {
            handler.onConnect(id, this);
        }
    }

    /** Brings a newer token of the same user before the one that the connection lives by expires. */
    record Refresh(String token) implements Command {
        @Override
        public void dispatch(@Nullable RequestId id, Handler handler) {
            handler.onRefresh(id, this);
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "Refresh[]";
        }
    }

    /** What the client says of itself; a hint for logs. */
    record ClientInfo(@Nullable String name, @Nullable String version) {}

    /**
     * Becomes a member of a room.
     *
     * @param since resume after this position
     * @param history the newest messages wanted when there is nothing to resume from; 0 for none
     */
    record Join(RoomId room, @Nullable Position since, int history) implements Command {
        @Override
        public void dispatch(@Nullable RequestId id, Handler handler) {
            handler.onJoin(id, this);
        }
    }

    /** Stops being a member. */
    record Leave(RoomId room) implements Command {
        @Override
        public void dispatch(@Nullable RequestId id, Handler handler) {
            handler.onLeave(id, this);
        }
    }

    /** Says something that is stored, ordered and delivered to every member. */
    record Send(
            Target target, @Nullable String key, @Nullable String kind, Priority priority, Body body)
            implements Command {
        @Override
        public void dispatch(@Nullable RequestId id, Handler handler) {
            handler.onSend(id, this);
        }
    }

    /** Says something fleeting: at most once, never stored, first to be dropped. {@code data} only. */
    record Signal(Target target, Body body) implements Command {
        @Override
        public void dispatch(@Nullable RequestId id, Handler handler) {
            handler.onSignal(id, this);
        }
    }

    /**
     * Asks for a page of the log.
     *
     * @param before messages with a smaller seq, newest first in choice; or {@link #UNSET}
     * @param after messages with a larger seq, oldest first in choice; or {@link #UNSET}. At most one of the two is set;
     *     with neither it is the newest page.
     * @param limit the most messages wanted, or 0 for the server's default
     */
    record History(RoomId room, long before, long after, int limit) implements Command {
        public static final long UNSET = -1;

        @Override
        public void dispatch(@Nullable RequestId id, Handler handler) {
            handler.onHistory(id, this);
        }
    }

    /** Asks who is in a room. {@code limit} 0 means the server's default. */
    record Members(RoomId room, int limit) implements Command {
        @Override
        public void dispatch(@Nullable RequestId id, Handler handler) {
            handler.onMembers(id, this);
        }
    }

    /** Takes a message back. */
    record Recall(RoomId room, long seq) implements Command {
        @Override
        public void dispatch(@Nullable RequestId id, Handler handler) {
            handler.onRecall(id, this);
        }
    }

    /** Marks everything up to {@code seq} as read; no reply. */
    record Read(RoomId room, long seq) implements Command {
        @Override
        public void dispatch(@Nullable RequestId id, Handler handler) {
            handler.onRead(id, this);
        }
    }

    /** Parks the connection: membership and positions are kept, nothing is pushed. */
    record Hide() implements Command {
        @Override
        public void dispatch(@Nullable RequestId id, Handler handler) {
            handler.onHide(id, this);
        }
    }

    /**
     * Ends {@link Hide}; resumes all rooms.
     *
     * @param rooms where the client is, for rooms in which it doesn't want to go on from where the server stopped
     */
    record Show(Map<RoomId, @Nullable Position> rooms) implements Command {
        @Override
        public void dispatch(@Nullable RequestId id, Handler handler) {
            handler.onShow(id, this);
        }
    }

    /** Asks for a {@code pong}. */
    record Ping() implements Command {
        @Override
        public void dispatch(@Nullable RequestId id, Handler handler) {
            handler.onPing(id, this);
        }
    }

    /** An envelope that is well-formed but not acceptable; the reply is this error, the rest of its frame counts. */
    record Invalid(ErrorCode code, String message) implements Command {
        @Override
        public void dispatch(@Nullable RequestId id, Handler handler) {
            handler.onInvalid(id, this);
        }
    }
}
