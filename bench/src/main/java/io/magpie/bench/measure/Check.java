package io.magpie.bench.measure;

/**
 * One thing that has to hold.
 *
 * @param what in a few words
 * @param seen the figures
 */
public record Check(String what, boolean holds, String seen) {}
