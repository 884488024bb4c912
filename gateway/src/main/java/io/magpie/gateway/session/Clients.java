package io.magpie.gateway.session;

import io.magpie.protocol.CloseCode;
import io.magpie.protocol.DeviceId;
import io.magpie.protocol.Sender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All who are connected to this process. Any thread; what is asked for comes later, on any. */
public interface Clients {
    /**
     * One connection.
     *
     * @param device that the client runs on, if it or its token says so
     * @param address of the client, as far as it is known
     * @param banAddress the same as bans have it
     * @param rooms how many it is in
     */
    record Client(
            String connection,
            Sender user,
            @Nullable DeviceId device,
            @Nullable String address,
            @Nullable String banAddress,
            String encoding,
            int rooms) {}

    /** Those that match, at most so many. The predicate is called on event loops. */
    CompletableFuture<List<Client>> find(Predicate<Client> which, int limit);

    /** Closes those that match, and says how many. */
    CompletableFuture<Integer> close(Predicate<Client> which, CloseCode code, String reason);

    /** Lets those that match leave rooms in which they may not be any more. */
    CompletableFuture<Integer> recheck(Predicate<Client> which);

    /**
     * Lets a share of them go, evenly over a span.
     *
     * @return done when they have gone
     */
    CompletableFuture<Void> depart(double share, Duration span, String reason);
}
