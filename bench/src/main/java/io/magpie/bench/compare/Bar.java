package io.magpie.bench.compare;

/**
 * A figure that Magpie has to reach, and what it reached.
 *
 * @param what the figure, for example {@code S1 w=4, CPU per delivery ÷ stock}
 * @param server the contestant that it was measured with
 * @param limit the most that it may be
 */
record Bar(String what, String server, double value, double limit) {
    boolean met() {
        return value <= limit;
    }

    /** How far it is from the limit as a share of it: negative if it is below. */
    double distance() {
        return value / limit - 1;
    }
}
