package io.magpie.gateway.session;

import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** How many connections each user has, of those who have shown a token. Any thread. */
@OwnedBy(Owner.ANY_THREAD)
public final class UserConnections {
    private final int most;
    private final boolean replace;

    /** Oldest first; lists are replaced, never changed. */
    private final ConcurrentMap<UserId, List<Connection>> byUser = new ConcurrentHashMap<>();

    public UserConnections(AuthConfig config) {
        this.most = config.connectionsPerUser();
        this.replace = config.overflow() == AuthConfig.Overflow.REPLACE;
    }

    /**
     * A user comes on a connection. On the connection's loop.
     *
     * @param replaced the id of a connection of the same user whose place this one takes: it counts no more
     * @return false if there are too many already and the new one has to go. Where the oldest has to, it is closed
     */
    boolean enter(UserId user, Connection connection, @Nullable String replaced) {
        if (most == 0) {
            return true;
        }
        List<Connection> tooMany = new ArrayList<>();
        List<Connection> now = byUser.compute(user, (id, known) -> {
            tooMany.clear();
            List<Connection> all = new ArrayList<>(known == null ? List.of() : known);
            all.removeIf(old -> old.id().equals(replaced));
            if (all.size() >= most && !replace) {
                return List.copyOf(all);
            }
            while (all.size() >= most) {
                tooMany.add(all.remove(0));
            }
            all.add(connection);
            return List.copyOf(all);
        });
        for (Connection oldest : tooMany) {
            oldest.loop().run(() -> oldest.close(CloseCode.REPLACED, "the same user has too many newer connections"));
        }
        return now.contains(connection);
    }

    /** A connection has gone; does nothing if it isn't there. */
    void leave(UserId user, Connection connection) {
        byUser.computeIfPresent(user, (id, known) -> {
            List<Connection> rest = new ArrayList<>(known);
            rest.remove(connection);
            return rest.isEmpty() ? null : List.copyOf(rest);
        });
    }
}
