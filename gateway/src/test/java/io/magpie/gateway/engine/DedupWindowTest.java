package io.magpie.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.Body;
import io.magpie.protocol.Position;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DedupWindowTest {
    private static final String LOG = "log";

    private final DedupWindow window = new DedupWindow(100, 3);

    @Test
    void remembersWhatAKeyLedTo() {
        Position position = remember("k", "x", 7, 0);

        assertThat(window.find(LOG, draft("k", "x"), 99)).hasValueSatisfying(entry -> {
            assertThat(entry.position()).isEqualTo(position);
            assertThat(entry.sameContent(draft("k", "x"))).isTrue();
        });
        assertThat(window.find(LOG, draft("other", "x"), 99)).isEmpty();
    }

    @Test
    void forgetsWhenTheWindowIsOver() {
        remember("k", "x", 1, 0);

        assertThat(window.find(LOG, draft("k", "x"), 99)).isPresent();
        assertThat(window.find(LOG, draft("k", "x"), 100)).isEmpty();
    }

    @Test
    void worksWithAClockThatPassesZeroOrWraps() {
        remember("k", "x", 1, Long.MAX_VALUE - 10);

        assertThat(window.find(LOG, draft("k", "x"), Long.MIN_VALUE + 50)).isPresent();
        assertThat(window.find(LOG, draft("k", "x"), Long.MIN_VALUE + 90)).isEmpty();
    }

    @Test
    void forgetsTheOldestWhenThereAreTooMany() {
        for (int i = 1; i <= 4; i++) {
            remember("k" + i, "x", i, i);
        }

        assertThat(window.find(LOG, draft("k1", "x"), 5)).isEmpty();
        assertThat(window.find(LOG, draft("k2", "x"), 5)).isPresent();
        assertThat(window.find(LOG, draft("k4", "x"), 5)).isPresent();
    }

    @Test
    void takesAKeyUsedAgainForTheNewest() {
        remember("k1", "x", 1, 0);
        remember("k2", "x", 2, 1);
        remember("k1", "y", 3, 150);
        remember("k3", "x", 4, 151);
        remember("k4", "x", 5, 152);

        assertThat(window.find(LOG, draft("k1", "y"), 160))
                .hasValueSatisfying(entry -> assertThat(entry.position().seq()).isEqualTo(3));
        assertThat(window.find(LOG, draft("k3", "x"), 160)).isPresent();
        assertThat(window.find(LOG, draft("k2", "x"), 160)).isEmpty();
    }

    @Test
    void tellsOtherContentFromTheSame() {
        remember("k", "x", 1, 0);
        DedupWindow.Entry entry = window.find(LOG, draft("k", "x"), 1).orElseThrow();

        assertThat(entry.sameContent(draft("k", "y"))).isFalse();
        assertThat(entry.sameContent(draft("k", "xx"))).isFalse();
        assertThat(entry.sameContent(new Draft(sender(), "k", null, new Body.Binary(utf8("x")), 0)))
                .isFalse();
        assertThat(entry.sameContent(new Draft(sender(), "k", "kind", new Body.Text(utf8("x")), 0)))
                .isFalse();
    }

    @Test
    void knowsAKeyOnlyInTheLogItWasUsedIn() {
        remember("k", "x", 1, 0);

        assertThat(window.find("next log", draft("k", "x"), 1)).isEmpty();
    }

    @Test
    void remembersNothingOfDraftsWithoutAKey() {
        remember(null, "x", 1, 0);

        assertThat(window.find(LOG, draft(null, "x"), 1)).isEmpty();
    }

    private Position remember(String key, String text, long seq, long nanos) {
        Position position = new Position(LOG, seq, 1_000 + seq);
        window.remember(draft(key, text), position, nanos);
        return position;
    }

    private static Draft draft(String key, String text) {
        return new Draft(sender(), key, null, new Body.Text(utf8(text)), 0);
    }

    private static Sender sender() {
        return new Sender(new UserId("a"), null);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
