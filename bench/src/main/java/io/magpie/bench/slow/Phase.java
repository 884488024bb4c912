package io.magpie.bench.slow;

/** A stretch of a run; messages belong to the one in which they should have been sent. */
enum Phase {
    /** All read; compilers get ready. Checked, but not measured. */
    WARMUP("warm-up"),
    /** All read. */
    BEFORE("all read"),
    /** Some don't read. */
    DURING("some stopped"),
    /** All read again, and those who stopped catch up. */
    AFTER("catching up");

    private final String title;

    Phase(String title) {
        this.title = title;
    }

    /** For people. */
    String title() {
        return title;
    }
}
