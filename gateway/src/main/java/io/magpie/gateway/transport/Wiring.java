package io.magpie.gateway.transport;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.http.PublicSite;
import io.magpie.gateway.support.GatewayMetrics;
import java.util.function.Supplier;

/**
 * What every connection works with; one for all. Immutable.
 *
 * @param addresses how many may come from where
 * @param site answers those who don't upgrade
 * @param ids makes connection ids
 */
public record Wiring(
        GatewayConfig config,
        GatewayMetrics metrics,
        SessionFactory sessions,
        PublicSite site,
        Admission admission,
        AddressLimits addresses,
        Supplier<String> ids) {}
