package io.magpie.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private final Table table =
            new Table(List.of("name", "µs", ""), List.of(List.of("a", "10.5", "x"), List.of("longer", "2", "")));

    @Test
    void linesUpItsColumns() {
        assertThat(table.text()).isEqualTo("""
                name      µs
                a       10.5  x
                longer     2
                """);
    }

    @Test
    void isAMarkdownTable() {
        assertThat(table.markdown()).isEqualTo("""
                | name | µs |  |
                |---|---:|---:|
                | a | 10.5 | x |
                | longer | 2 |  |
                """);
    }
}
