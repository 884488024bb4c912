package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountsTest {
    @Test
    void namesEveryCountInCamelCase() {
        Counts counts = new Counts();
        counts.add(Count.OUT_OF_ORDER, 3);
        assertThat(counts.asMap()).hasSize(Count.values().length).containsEntry("outOfOrder", 3L);
        assertThat(counts.asMap()).containsKeys("ready", "sentMeasured", "lost");
    }

    @Test
    void copiesAreIndependent() {
        Counts counts = new Counts();
        counts.increment(Count.SENT);
        Counts copy = counts.copy();
        counts.increment(Count.SENT);
        assertThat(copy.get(Count.SENT)).isEqualTo(1);
        copy.addAll(counts);
        assertThat(copy.get(Count.SENT)).isEqualTo(3);
    }

    @Test
    void tagsAreBounded() {
        Tags tags = new Tags();
        for (int i = 0; i < 100; i++) {
            tags.add("reason " + i);
        }
        tags.add("reason 0");
        assertThat(tags.asMap()).hasSize(20).containsEntry("others", 81L).containsEntry("reason 0", 2L);
    }

    @Test
    void tagsReadAsASentence() {
        Tags tags = new Tags();
        tags.add("rate_limited");
        tags.add("busy");
        tags.add("busy");
        Tags sum = new Tags();
        sum.addAll(tags);
        sum.addAll(tags);
        assertThat(sum).hasToString("busy ×4, rate_limited ×2");
    }
}
