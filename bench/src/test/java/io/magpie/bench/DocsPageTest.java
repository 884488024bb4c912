package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DocsPageTest {
    private static final String PAGE = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb <!-- y:begin --><!-- y:end -->";

    @Test
    void replacesOnlyItsPart() {
        assertThat(DocsPage.replace(PAGE, "x", "new\n"))
                .isEqualTo("a\n<!-- x:begin -->\nnew\n<!-- x:end -->\nb <!-- y:begin --><!-- y:end -->");
    }

    @Test
    void givesTheSameWhenRepeated() {
        String once = DocsPage.replace(PAGE, "y", "new");
        assertThat(DocsPage.replace(once, "y", "new")).isEqualTo(once);
    }

    @Test
    void saysWhichMarkIsMissing() {
        assertThat(DocsPage.problem(PAGE, "x")).isEmpty();
        assertThat(DocsPage.problem(PAGE, "z"))
                .hasValueSatisfying(problem -> assertThat(problem).contains("<!-- z:begin -->", "<!-- z:end -->"));
    }
}
