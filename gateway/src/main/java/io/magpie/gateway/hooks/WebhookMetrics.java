package io.magpie.gateway.hooks;

import io.magpie.gateway.support.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Counts questions to the business backend by what became of them, and times the answers. Immutable; any thread. */
final class WebhookMetrics {
    private final Map<Question, Map<QuestionOutcome, Counter>> questions;
    private final Timer latency;

    WebhookMetrics(MeterRegistry registry) {
        Meters meters = new Meters(registry);
        this.questions = Meters.byEnum(
                Question.class,
                question -> Meters.byEnum(QuestionOutcome.class, outcome -> counter(meters, question, outcome)));
        this.latency = meters.histogram(
                "magpie.webhook.latency", "From posting a question to the backend to its answer or failure.");
    }

    private static Counter counter(Meters meters, Question question, QuestionOutcome outcome) {
        return meters.counter(
                "magpie.webhook.questions",
                "Questions to the business backend.",
                "question",
                Meters.tag(question),
                "outcome",
                Meters.tag(outcome));
    }

    /** A question was settled. */
    void asked(Question question, QuestionOutcome outcome) {
        Meters.of(Meters.of(questions, question), outcome).increment();
    }

    /** The backend has answered, or failed, so long after it was asked. */
    void took(long nanos) {
        latency.record(nanos, TimeUnit.NANOSECONDS);
    }
}
