package io.magpie.gateway.session;

import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.util.function.Supplier;

/** Gives those who come without a token an identity that lasts as long as their connection. Any thread. */
public final class Guests {
    private final Supplier<String> names;

    /** @param names makes names that don't repeat and can't be guessed */
    public Guests(Supplier<String> names) {
        this.names = names;
    }

    Sender next() {
        return new Sender(new UserId("guest-" + names.get()), null);
    }
}
