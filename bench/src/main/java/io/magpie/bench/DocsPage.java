package io.magpie.bench;

import java.util.Optional;

/** A document with parts that are generated: each lies between {@code <!-- NAME:begin -->} and {@code <!-- NAME:end -->}. */
public final class DocsPage {
    private DocsPage() {}

    /** What keeps a page's part from being replaced. */
    public static Optional<String> problem(String page, String name) {
        int begin = page.indexOf(begin(name));
        return begin >= 0 && page.indexOf(end(name), begin) >= 0
                ? Optional.empty()
                : Optional.of("has no " + begin(name) + " with a later " + end(name));
    }

    /** The page with this part replaced; all else stays as it is. */
    public static String replace(String page, String name, String content) {
        int from = page.indexOf(begin(name)) + begin(name).length();
        int to = page.indexOf(end(name), from);
        if (problem(page, name).isPresent()) {
            throw new IllegalArgumentException("no part " + name);
        }
        return page.substring(0, from) + "\n" + content.strip() + "\n" + page.substring(to);
    }

    private static String begin(String name) {
        return "<!-- " + name + ":begin -->";
    }

    private static String end(String name) {
        return "<!-- " + name + ":end -->";
    }
}
