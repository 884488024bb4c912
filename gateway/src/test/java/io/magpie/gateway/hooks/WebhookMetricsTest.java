package io.magpie.gateway.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.transport.TestConfig;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @ParameterizedTest
    @ValueSource(strings = {"magpie.webhook.questions", "magpie.webhook.latency"})
    void declaresEveryMeterAtStartEvenIfNothingIsAsked(String name) {
        assertThat(Webhook.of(TestConfig.with(), registry, () -> "")).isNull();
        assertThat(registry.find(name).meters())
                .as(name)
                .isNotEmpty()
                .allSatisfy(meter -> assertThat(meter.getId().getDescription()).isNotBlank());
    }

    @Test
    void tagsWithConstantsOnly() {
        Map<String, Set<String>> allowed =
                Map.of("question", names(Question.values()), "outcome", names(QuestionOutcome.values()));
        new WebhookMetrics(registry);

        for (Meter meter : registry.getMeters()) {
            for (Tag tag : meter.getId().getTags()) {
                if (!tag.getKey().equals("le")) {
                    assertThat(allowed.get(tag.getKey()))
                            .as(meter.getId().toString())
                            .contains(tag.getValue());
                }
            }
        }
    }

    @Test
    void addsNoSeriesInUse() {
        WebhookMetrics metrics = new WebhookMetrics(registry);
        int before = registry.getMeters().size();

        for (Question question : Question.values()) {
            Stream.of(QuestionOutcome.values()).forEach(outcome -> metrics.asked(question, outcome));
        }
        metrics.took(1_000_000);

        assertThat(registry.getMeters()).hasSize(before);
        assertThat(registry.get("magpie.webhook.latency").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(1);
    }

    private static Set<String> names(Enum<?>[] values) {
        return Stream.of(values).map(v -> v.name().toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }
}
