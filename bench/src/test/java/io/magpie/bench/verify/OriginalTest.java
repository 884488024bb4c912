package io.magpie.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.verify.Entry.Kind;
import io.magpie.bench.verify.Original.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OriginalTest {
    private final Original original = new Original();
    private final List<String> wrong = new ArrayList<>();

    @BeforeEach
    void learn() {
        log("e", 3, "a", "b", "c").forEach(original::learn);
    }

    @Test
    void theSameIsWhole() {
        assertThat(original.compare(log("e", 3, "a", "b", "c"), wrong)).isEqualTo(Outcome.WHOLE);
    }

    @Test
    void aTailMayBeMissingIfTheHeadTells() {
        assertThat(original.compare(log("e", 2, "a", "b"), wrong)).isEqualTo(Outcome.SHORTER);
    }

    @Test
    void aTailMayNotBeMissingIfTheHeadDoesNotTell() {
        assertThat(original.compare(log("e", 3, "a", "b"), wrong)).isEqualTo(Outcome.WRONG);
        assertThat(wrong).singleElement().asString().contains("has the head 3, but its log ends at 2");
    }

    @Test
    void anotherMessageIsWrong() {
        assertThat(original.compare(log("e", 3, "a", "x", "c"), wrong)).isEqualTo(Outcome.WRONG);
    }

    @Test
    void aNewEpochMayBeEmptyButNotInvented() {
        assertThat(original.compare(log("f", 0), wrong)).isEqualTo(Outcome.ROTATED);
        assertThat(original.compare(log("f", 1, "x"), wrong)).isEqualTo(Outcome.WRONG);
    }

    @Test
    void aNewEpochMayHaveOtherPlacesButNotAnotherOrder() {
        assertThat(original.compare(log("f", 2, "a", "c"), wrong)).isEqualTo(Outcome.ROTATED);
        assertThat(original.compare(log("f", 2, "c", "a"), wrong)).isEqualTo(Outcome.WRONG);
        assertThat(original.compare(log("f", 2, "a", "a"), wrong)).isEqualTo(Outcome.WRONG);
    }

    @Test
    void aHoleIsWrong() {
        List<Entry> holed = new ArrayList<>(log("e", 3, "a", "b", "c"));
        holed.remove(1);
        assertThat(original.compare(holed, wrong)).isEqualTo(Outcome.WRONG);
    }

    private static List<Entry> log(String epoch, long head, String... payloads) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < payloads.length; i++) {
            entries.add(new Entry(1, Kind.STORED, -1, 1, "r", epoch, i + 1L, 1, payloads[i], ""));
        }
        entries.add(new Entry(1, Kind.LOG, -1, 1, "r", epoch, head, 0, "", ""));
        return entries;
    }
}
