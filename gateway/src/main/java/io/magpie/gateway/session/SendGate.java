package io.magpie.gateway.session;

import io.magpie.gateway.config.RateConfig;
import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.gateway.support.TokenBucket;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.UserId;
import java.net.InetAddress;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How fast a connection may send, and how much at a time. Who is too fast is told, and closed if that doesn't help. Who has
 * more sends under way than may be isn't read until there are fewer; so nothing that it has sent is lost. Belongs to the
 * connection's loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class SendGate {
    /** Seconds, with no quiet span between them, in each of which a connection was too fast. */
    private static final int MAX_STRIKES = 3;

    private static final long STRIKE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final SessionServices services;
    private final Connection connection;
    private final @Nullable InetAddress address;
    private final @Nullable TokenBucket rate;
    private int inFlight;
    private boolean paused;
    private int strikes;
    private long strikeNanos;

    /** @param address of the client; null if it isn't known */
    SendGate(SessionServices services, Connection connection, @Nullable InetAddress address) {
        this.services = services;
        this.connection = connection;
        this.address = address;
        RateConfig config = services.config().rate();
        this.rate = config.connection() == 0
                ? null
                : new TokenBucket(config.connection(), services.nanos().getAsLong());
    }

    /**
     * Asks whether a user may send one more now.
     *
     * @return 0 if it may, else the milliseconds until it may; the connection is closed if it has asked too often
     */
    long take(UserId user, long nowNanos) {
        assert connection.loop().inLoop();
        long wait = rate == null ? 0 : rate.take(nowNanos);
        if (wait == 0) {
            wait = services.rates().take(user);
        }
        if (wait > 0) {
            strike(nowNanos);
            return wait;
        }
        // Others share the address: that it has sent enough is no fault of this client.
        return services.rates().take(address);
    }

    private void strike(long now) {
        long since = now - strikeNanos;
        if (strikes > 0 && since < STRIKE_NANOS) {
            return;
        }
        strikes = strikes > 0 && since < QUIET_NANOS ? strikes + 1 : 1;
        strikeNanos = now;
        if (strikes >= MAX_STRIKES) {
            connection.close(CloseCode.FLOODING, "kept sending faster than it may");
        }
    }

    /** The connection, for who asks for all. */
    Clients.Client describe(Login login, int rooms) {
        String from = address == null ? null : address.getHostAddress();
        String encoding = connection.format().encoding().name().toLowerCase(Locale.ROOT);
        String banned = address == null ? null : Bans.addressOf(address);
        return new Clients.Client(connection.id(), login.sender(), login.device(), from, banned, encoding, rooms);
    }

    /** A send is on its way. */
    void sent() {
        assert connection.loop().inLoop();
        inFlight++;
        if (inFlight >= services.config().rate().inFlight() && !paused) {
            paused = true;
            connection.reading(false);
        }
    }

    /** A send has its answer. */
    void answered() {
        assert connection.loop().inLoop();
        inFlight--;
        if (paused && inFlight <= services.config().rate().inFlight() / 2) {
            paused = false;
            connection.reading(true);
        }
    }
}
