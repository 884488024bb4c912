package io.magpie.gateway.session;

import io.magpie.gateway.auth.Identity;
import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.DeviceId;
import io.magpie.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How many connections each user has, and each of a user's devices. Guests may have any number, but not of one device.
 * Any thread.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class UserConnections {
    private final int mostOfUser;
    private final int mostOfDevice;
    private final boolean replace;

    /** Oldest first; lists are replaced, never changed. */
    private final ConcurrentMap<UserId, List<Visit>> byUser = new ConcurrentHashMap<>();

    /**
     * A user on a connection.
     *
     * @param device of the user; null if it isn't known, so that it is nobody else's
     */
    record Visit(Connection connection, @Nullable DeviceId device) {
        private boolean sharesDevice(Visit other) {
            return device != null && device.equals(other.device);
        }
    }

    public UserConnections(AuthConfig config) {
        this.mostOfUser = config.connectionsPerUser();
        this.mostOfDevice = config.connectionsPerDevice();
        this.replace = config.overflow() == AuthConfig.Overflow.REPLACE;
    }

    /**
     * A user comes on a connection. On the connection's loop. If its device has too many already, the oldest of these are
     * closed; only then are those of the user counted.
     *
     * @param replaced the id of a connection of the same user whose place this one takes: it counts no more
     * @return false if there are too many already and the new one has to go. Where the oldest has to, it is closed
     */
    boolean enter(UserId user, Visit visit, @Nullable String replaced) {
        int ofUser = user.value().startsWith(Identity.GUEST) ? 0 : mostOfUser;
        int ofDevice = visit.device() == null ? 0 : mostOfDevice;
        if (ofUser == 0 && ofDevice == 0) {
            return true;
        }
        List<Visit> sameDevice = new ArrayList<>();
        List<Visit> sameUser = new ArrayList<>();
        List<Visit> now = byUser.compute(user, (id, known) -> {
            List<Visit> all = new ArrayList<>(known == null ? List.of() : known);
            all.removeIf(old -> old.connection().id().equals(replaced));
            moveSurplus(all, ofDevice, visit::sharesDevice, sameDevice);
            if (ofUser > 0 && all.size() >= ofUser && !replace) {
                return List.copyOf(all);
            }
            moveSurplus(all, ofUser, old -> true, sameUser);
            all.add(visit);
            return List.copyOf(all);
        });
        close(sameDevice, "a newer connection of this device took over");
        close(sameUser, "the same user has too many newer connections");
        return now.contains(visit);
    }

    /** A connection has gone; does nothing if it isn't there. */
    void leave(UserId user, Connection connection) {
        byUser.computeIfPresent(user, (id, known) -> {
            List<Visit> rest = known.stream()
                    .filter(visit -> !visit.connection().equals(connection))
                    .toList();
            return rest.isEmpty() ? null : rest;
        });
    }

    /**
     * Moves the oldest of those that count elsewhere, until one more can come.
     *
     * @param most of those that count; 0: any number
     */
    private static void moveSurplus(List<Visit> all, int most, Predicate<Visit> counts, List<Visit> to) {
        if (most > 0) {
            List<Visit> counted = all.stream().filter(counts).toList();
            to.addAll(counted.subList(0, Math.max(0, counted.size() - most + 1)));
            all.removeAll(to);
        }
    }

    private static void close(List<Visit> visits, String reason) {
        for (Visit visit : visits) {
            Connection oldest = visit.connection();
            oldest.loop().run(() -> oldest.close(CloseCode.REPLACED, reason));
        }
    }
}
