package io.magpie.gateway.wechat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts logins by how they ended. Immutable; any thread. */
final class LoginMetrics {
    private final Map<Outcome, Counter> logins = new EnumMap<>(Outcome.class);

    LoginMetrics(MeterRegistry registry) {
        for (Outcome outcome : Outcome.values()) {
            logins.put(
                    outcome,
                    Counter.builder("magpie.wechat.logins")
                            .description("Logins by WeChat.")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    /** A login was answered. */
    void answered(Outcome outcome) {
        Counter counter = logins.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }
}
