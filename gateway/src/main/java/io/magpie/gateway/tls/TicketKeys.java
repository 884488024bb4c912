package io.magpie.gateway.tls;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The keys with which BoringSSL seals session tickets (RFC 5077, RFC 8446 section 2.2): made here, never written
 * anywhere, replaced twice a day, and good for as long again. The JDK has its own. Used by the thread that loads certificates.
 */
@OwnedBy(Owner.HOLDER)
final class TicketKeys {
    private static final long LIFE_NANOS = TimeUnit.HOURS.toNanos(12);

    private final SecureRandom random = new SecureRandom();
    private OpenSslSessionTicketKey current = fresh();
    private @Nullable OpenSslSessionTicketKey previous;
    private long made = System.nanoTime();

    /** Replaces the key if it is old enough; whether it did. */
    boolean rotate() {
        if (System.nanoTime() - made < LIFE_NANOS) {
            return false;
        }
        previous = current;
        current = fresh();
        made = System.nanoTime();
        return true;
    }

    /** Lets a context seal tickets with them, if it is one of BoringSSL. */
    void giveTo(SslContext context) {
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            OpenSslSessionTicketKey[] keys = previous == null
                    ? new OpenSslSessionTicketKey[] {current}
                    : new OpenSslSessionTicketKey[] {current, previous};
            sessions.setTicketKeys(keys);
        }
    }

    private OpenSslSessionTicketKey fresh() {
        return new OpenSslSessionTicketKey(
                bytes(OpenSslSessionTicketKey.NAME_SIZE),
                bytes(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                bytes(OpenSslSessionTicketKey.AES_KEY_SIZE));
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
