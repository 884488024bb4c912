package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blocks of docs/deployment.md. A comment before each names it: {@code <!-- nginx: http -->}. Immutable.
 *
 * @param text of the whole document
 */
record DeploymentDocument(String text) {
    private static final Path FILE = Path.of("..", "docs", "deployment.md");

    static DeploymentDocument read() throws IOException {
        return new DeploymentDocument(Files.readString(FILE));
    }

    /** What stands in the fenced block of a name, which must be there once. */
    String block(String name) {
        Matcher block = Pattern.compile("<!-- " + Pattern.quote(name) + " -->\n```[a-z]+\n(.*?\n)```\n", Pattern.DOTALL)
                .matcher(text);
        assertThat(block.find()).as("a block '%s' in %s", name, FILE).isTrue();
        String content = block.group(1);
        assertThat(block.find()).as("a second block '%s' in %s", name, FILE).isFalse();
        return content;
    }

    /** A text with one part of it exchanged, which must be there. */
    static String with(String text, String part, String instead) {
        assertThat(text).contains(part);
        return text.replace(part, instead);
    }
}
