package io.magpie.gateway.session;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.BatchEncoder;
import io.magpie.gateway.room.RoomShards;
import io.magpie.gateway.support.GatewayMetrics;
import java.util.function.LongSupplier;

/**
 * What sessions work with; one for all. Immutable.
 *
 * @param seats where those are, or were, who may come back
 * @param nanos a monotonic clock
 */
public record SessionServices(
        GatewayConfig config,
        RoomShards rooms,
        BatchEncoder encoder,
        Guests guests,
        Tickets tickets,
        Seats seats,
        GatewayMetrics metrics,
        LongSupplier nanos) {}
