package io.magpie.gateway.transport;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.http.PublicSite;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.gateway.tls.TlsListener;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What every connection works with; one for all. Immutable.
 *
 * @param admission how many may be upgraded
 * @param newcomers how many may not be upgraded yet
 * @param addresses how many may come from where
 * @param site answers those who don't upgrade
 * @param overload whether there is too much to do already
 * @param tls of the public port; null where it has none
 * @param ids makes connection ids
 */
public record Wiring(
        GatewayConfig config,
        GatewayMetrics metrics,
        SessionFactory sessions,
        PublicSite site,
        Admission admission,
        Admission newcomers,
        AddressLimits addresses,
        Overload overload,
        @Nullable TlsListener tls,
        Supplier<String> ids) {}
