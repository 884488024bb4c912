package io.magpie.gateway.session;

import io.magpie.gateway.auth.Authenticator;
import io.magpie.gateway.auth.Identity;
import io.magpie.gateway.auth.Verdict;
import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.support.GatewayMetrics.AuthOutcome;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.DeviceId;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who a connection is and what it may do. It has the client's token judged, elsewhere, and watches over its end. Where
 * tokens aren't asked for everybody is a guest. Belongs to the connection's loop, but for {@link #maySay}.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Login {
    /** So long before a token expires the client is asked for another. */
    private static final long NOTICE_MILLIS = 60_000;

    /** The clock is looked at so often; what waits longer would keep the session in memory after its connection. */
    private static final long LOOK_MILLIS = 60_000;

    private final SessionServices services;
    private final Connection connection;
    private final @Nullable InetAddress address;

    /** Written on the loop, like {@link #kicked}, and read anywhere. */
    private volatile Identity identity;

    private volatile boolean kicked;
    private boolean reminded;
    private boolean entered;
    private boolean renewing;

    /** A guest that has come back with its ticket: it may be there already. */
    private boolean returned;

    /** The client's own word for its device. */
    private @Nullable DeviceId named;

    /** The id of the connection whose place this one takes. */
    private @Nullable String replaces;

    /** Told when the token nears its end; of the looks at the clock only the newest goes on. */
    private LongConsumer expiring = left -> {};

    private int looks;

    /** The token of the upgrade, until it is judged. */
    private @Nullable String offered;

    Login(SessionServices services, Connection connection, @Nullable String offered, @Nullable InetAddress address) {
        this.services = services;
        this.connection = connection;
        this.offered = offered;
        this.address = address;
        this.identity = Identity.guest(services.guests().next());
    }

    /**
     * What the client says of itself, before {@link #begin}.
     *
     * @param device that it runs on; counts if its token doesn't say
     * @param earlier the id of the connection that it was before
     */
    void introduce(@Nullable DeviceId device, @Nullable String earlier) {
        assert connection.loop().inLoop();
        named = device;
        replaces = earlier;
    }

    /**
     * Finds out who the client is. If it isn't somebody, its connection is closed.
     *
     * @param token that it has just given; if it is null, that of the upgrade counts
     * @param expiring called with the milliseconds that are left when the token nears its end
     * @param then what comes next; on the loop, at once where tokens aren't asked for
     */
    void begin(@Nullable String token, LongConsumer expiring, Runnable then) {
        assert connection.loop().inLoop();
        String given = token == null ? offered : token;
        offered = null;
        this.expiring = expiring;
        Authenticator authenticator = services.authenticator();
        if (authenticator == null) {
            admit(then);
        } else if (given == null) {
            count(AuthOutcome.MISSING);
            connection.close(CloseCode.BAD_TOKEN, "a token is needed");
        } else {
            judge(authenticator, given, verdict -> {
                if (verdict instanceof Verdict.Accepted accepted) {
                    count(AuthOutcome.ACCEPTED);
                    identity = accepted.identity();
                    admit(then);
                    watch(++looks);
                } else if (verdict instanceof Verdict.Refused refused) {
                    count(outcome(refused.reason()));
                    connection.close(code(refused.reason()), refused.message());
                }
            });
        }
    }

    /** Lets somebody in who isn't banned. */
    void admit(Runnable then) {
        assert connection.loop().inLoop();
        Bans.Ban ban = services.bans().of(sender().id(), address);
        if (ban != null) {
            connection.close(CloseCode.BANNED, ban.reason().isEmpty() ? "banned" : ban.reason());
        } else if (entered || !counts() || enter()) {
            entered = counts();
            then.run();
        } else {
            connection.close(CloseCode.TOO_MANY_CONNECTIONS, "this user has too many connections");
        }
    }

    /** Whether there may be others of the same user: guests are all different until they come back. */
    private boolean counts() {
        return returned || services.authenticator() != null;
    }

    private boolean enter() {
        return services.users().enter(sender().id(), new UserConnections.Visit(connection, device()), replaces);
    }

    /** The server closes the connection. What somebody has said who is kicked counts no more, as far as it still waits. */
    void closing(CloseCode code) {
        assert connection.loop().inLoop();
        kicked = code == CloseCode.KICKED;
    }

    /** The connection ends. */
    void end() {
        assert connection.loop().inLoop();
        if (entered) {
            entered = false;
            services.users().leave(sender().id(), connection);
        }
    }

    /**
     * Takes another token of the same user instead of the one that there is.
     *
     * @param then called when it counts
     * @param refused called instead if it doesn't; the old one goes on
     */
    void renew(String token, Runnable then, BiConsumer<ErrorCode, String> refused) {
        assert connection.loop().inLoop();
        Authenticator authenticator = services.authenticator();
        if (authenticator == null) {
            then.run();
            return;
        }
        if (renewing) {
            refused.accept(ErrorCode.BUSY, "the last one is still being judged");
            return;
        }
        renewing = true;
        judge(authenticator, token, verdict -> {
            renewing = false;
            if (verdict instanceof Verdict.Refused no) {
                count(outcome(no.reason()));
                boolean passes = no.reason() == Verdict.Reason.UNAVAILABLE;
                refused.accept(passes ? ErrorCode.UNAVAILABLE : ErrorCode.UNAUTHENTICATED, no.message());
            } else if (verdict instanceof Verdict.Accepted accepted) {
                renew(accepted.identity(), then, refused);
            }
        });
    }

    private void renew(Identity next, Runnable then, BiConsumer<ErrorCode, String> refused) {
        if (next.sender().id().equals(sender().id())) {
            count(AuthOutcome.RENEWED);
            // Who it is to others stays: they know it by the name that it came with.
            // It is counted on the device that it came with, too.
            identity = new Identity(
                    sender(), identity.device(), next.join(), next.send(), next.moderate(), next.expiresMillis());
            reminded = false;
            then.run();
            watch(++looks);
        } else {
            count(AuthOutcome.BAD);
            refused.accept(ErrorCode.UNAUTHENTICATED, "the token is another user's");
        }
    }

    private void judge(Authenticator authenticator, String token, Consumer<Verdict> then) {
        authenticator.judge(
                token,
                verdict -> connection.loop().run(() -> {
                    if (connection.open()) {
                        then.accept(verdict);
                    }
                }));
    }

    /** Looks at the clock until the identity ends; again when a newer one has taken its place. */
    private void watch(int look) {
        if (look != looks || identity.expiresMillis() == Identity.NEVER || !connection.open()) {
            return;
        }
        long left = identity.expiresMillis() - services.millis().getAsLong();
        if (left <= 0) {
            count(AuthOutcome.EXPIRED);
            connection.close(CloseCode.TOKEN_EXPIRED, "the token has expired; get a new one");
            return;
        }
        if (left <= NOTICE_MILLIS && !reminded) {
            reminded = true;
            expiring.accept(left);
        }
        long wait = left > NOTICE_MILLIS ? left - NOTICE_MILLIS : left;
        connection.after(Duration.ofMillis(Math.min(wait, LOOK_MILLIS)), () -> watch(look));
    }

    /**
     * Whether a ticket is this client's. A guest has nothing else to say who it is, and becomes who the ticket says; a
     * user is who the token says.
     */
    boolean owns(Ticket ticket) {
        assert connection.loop().inLoop();
        if (services.authenticator() == null) {
            identity = Identity.guest(new Sender(ticket.user(), null));
            returned = true;
            return true;
        }
        return ticket.user().equals(sender().id());
    }

    Sender sender() {
        return identity.sender();
    }

    /** The device that the client runs on, as its token says it, else as it says so itself; null if neither does. */
    @Nullable
    DeviceId device() {
        return identity.device() == null ? named : identity.device();
    }

    /**
     * Whether what it has said may be stored in a room now, be it connected or not: it was neither kicked nor banned since,
     * and its newest token allows it. Any thread: what it has said may wait elsewhere.
     */
    boolean maySay(RoomId room) {
        return !kicked && !banned() && mayJoin(room) && maySend(room);
    }

    /** Whether it still is who it was: neither banned nor at the end of its token. */
    boolean stands() {
        return !banned() && identity.expiresMillis() > services.millis().getAsLong();
    }

    private boolean banned() {
        return services.bans().of(sender().id(), address) != null;
    }

    boolean mayJoin(RoomId room) {
        return identity.join().match(room) && !services.bans().in(room, sender().id());
    }

    boolean maySend(RoomId room) {
        return identity.send().match(room);
    }

    private void count(AuthOutcome outcome) {
        services.metrics().authenticated(outcome);
    }

    private static AuthOutcome outcome(Verdict.Reason reason) {
        return switch (reason) {
            case EXPIRED -> AuthOutcome.EXPIRED;
            case BAD -> AuthOutcome.BAD;
            case UNAVAILABLE -> AuthOutcome.UNAVAILABLE;
        };
    }

    private static CloseCode code(Verdict.Reason reason) {
        return switch (reason) {
            case EXPIRED -> CloseCode.TOKEN_EXPIRED;
            case BAD -> CloseCode.BAD_TOKEN;
            case UNAVAILABLE -> CloseCode.DEPENDENCY_FAILED;
        };
    }
}
