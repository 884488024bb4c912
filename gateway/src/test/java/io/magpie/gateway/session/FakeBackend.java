package io.magpie.gateway.session;

import io.magpie.gateway.hooks.Hooks;
import io.magpie.gateway.hooks.JoinQuestion;
import io.magpie.gateway.hooks.Ruling;
import io.magpie.gateway.hooks.SendQuestion;
import io.magpie.protocol.Body;
import io.magpie.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A backend that says what the test says, when the test says so. */
final class FakeBackend {
    static final Ruling ALLOWED = new Ruling.Allowed(null);
    static final Ruling DOWN = new Ruling.Unavailable(ErrorCode.UNAVAILABLE, "it is down", 5_000);

    /** What was asked, and who waits for the word. */
    record Asked<Q>(Q question, Consumer<Ruling> then) {}

    final List<Asked<JoinQuestion>> joins = new ArrayList<>();
    final List<Asked<SendQuestion>> sends = new ArrayList<>();

    /** Asks about sends only. */
    Hooks aboutSends() {
        return new Hooks(null, (question, then) -> sends.add(new Asked<>(question, then)));
    }

    /** Asks about joins only. */
    Hooks aboutJoins() {
        return new Hooks((question, then) -> joins.add(new Asked<>(question, then)), null);
    }

    static Ruling instead(String json) {
        return new Ruling.Allowed(new Body.Json(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }
}
