package io.magpie.bench.slow;

/** The figures of a {@code /metrics} page, in Prometheus' text form. Immutable. */
record MetricsText(String page) {
    /** The sum of all series of a name whose labels contain a text ({@code ""} for all); 0 if there is none. */
    double sum(String name, String label) {
        return page.lines()
                .filter(line -> line.startsWith(name) && line.length() > name.length())
                .filter(line -> line.charAt(name.length()) == '{' || line.charAt(name.length()) == ' ')
                .filter(line -> line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
