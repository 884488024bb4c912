package io.magpie.gateway.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomNamesTest {
    private final RandomNames names = new RandomNames();

    @Test
    void makesNamesThatCanBeReadAloud() {
        assertThat(Stream.generate(names::next).limit(200)).allMatch(name -> name.matches("[0-9a-hjkmnp-tv-z]{26}"));
        assertThat(Stream.generate(names::nextShort).limit(200))
                .allMatch(name -> name.matches("[0-9a-hjkmnp-tv-z]{12}"));
    }

    @Test
    void doesNotRepeatItself() {
        Set<String> seen = IntStream.range(0, 20_000)
                .mapToObj(i -> names.nextShort())
                .collect(Collectors.toCollection(HashSet::new));

        assertThat(seen).hasSize(20_000);
    }

    @Test
    void usesEveryLetterAboutAsOften() {
        int[] counts = new int[128];
        Stream.generate(names::next).limit(4_000).forEach(name -> name.chars().forEach(c -> counts[c]++));

        // 104,000 letters over 32: 3,250 each, with a spread of about 56.
        assertThat(IntStream.of(counts).filter(count -> count > 0)).hasSize(32).allMatch(c -> c > 2_800 && c < 3_700);
    }
}
