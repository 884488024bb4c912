package io.magpie.bench.slow;

/**
 * One thing that has to hold.
 *
 * @param what in a few words
 * @param seen the figures
 */
record Check(String what, boolean holds, String seen) {}
