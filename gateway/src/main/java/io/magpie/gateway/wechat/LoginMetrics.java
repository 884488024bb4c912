package io.magpie.gateway.wechat;

import io.magpie.gateway.support.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;

/** Counts logins by how they ended. Immutable; any thread. */
final class LoginMetrics {
    private final Map<Outcome, Counter> logins;

    LoginMetrics(MeterRegistry registry) {
        Meters meters = new Meters(registry);
        this.logins = Meters.byEnum(
                Outcome.class,
                outcome -> meters.counter("magpie.wechat.logins", "Logins by WeChat.", "outcome", Meters.tag(outcome)));
    }

    /** A login was answered. */
    void answered(Outcome outcome) {
        Meters.of(logins, outcome).increment();
    }
}
