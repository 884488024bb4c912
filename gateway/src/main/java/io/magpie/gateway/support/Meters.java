package io.magpie.gateway.support;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Makes meters, at start, so that none is looked up on the path; those that are tagged, one for each constant of an enum.
 * Immutable; any thread.
 */
public final class Meters {
    private final MeterRegistry registry;

    public Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A counter; tags are keys and values in turn. */
    public Counter counter(String name, String description, String... tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    /** A gauge, as the number that it shows. */
    public AtomicLong gauge(String name, String description, String... tags) {
        AtomicLong value = new AtomicLong();
        Gauge.builder(name, value, AtomicLong::get)
                .description(description)
                .tags(tags)
                .register(registry);
        return value;
    }

    /** A timer with buckets from 100 µs to 5 s. */
    public Timer histogram(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(
                        Duration.ofNanos(100_000),
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5))
                .register(registry);
    }

    /** One for each constant. */
    public static <E extends Enum<E>, M> Map<E, M> byEnum(Class<E> type, Function<E, M> make) {
        Map<E, M> map = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            map.put(constant, make.apply(constant));
        }
        return map;
    }

    /** That of a constant. */
    public static <E extends Enum<E>, M> M of(Map<E, M> meters, E constant) {
        M meter = meters.get(constant);
        if (meter == null) {
            throw new IllegalStateException("no meter for " + constant);
        }
        return meter;
    }

    /** How a constant is written in a tag. */
    public static String tag(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
