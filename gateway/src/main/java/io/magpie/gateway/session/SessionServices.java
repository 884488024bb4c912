package io.magpie.gateway.session;

import io.magpie.gateway.auth.Authenticator;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.BatchEncoder;
import io.magpie.gateway.hooks.Hooks;
import io.magpie.gateway.room.RoomShards;
import io.magpie.gateway.support.GatewayMetrics;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What sessions work with; one for all. Immutable.
 *
 * @param seats where those are, or were, who may come back
 * @param authenticator judges tokens; null where everybody is a guest
 * @param hooks what a backend is asked about what clients do
 * @param nanos a monotonic clock
 * @param millis the wall clock, since 1970
 */
public record SessionServices(
        GatewayConfig config,
        RoomShards rooms,
        BatchEncoder encoder,
        Guests guests,
        @Nullable Authenticator authenticator,
        Hooks hooks,
        Tickets tickets,
        Seats seats,
        Rates rates,
        Bans bans,
        UserConnections users,
        GatewayMetrics metrics,
        LongSupplier nanos,
        LongSupplier millis) {}
