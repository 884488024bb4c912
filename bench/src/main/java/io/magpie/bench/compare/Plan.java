package io.magpie.bench.compare;

import io.magpie.bench.yardstick.Yardstick;
import java.time.Duration;
import java.util.List;

/**
 * How to compare.
 *
 * @param yardsticks the servers that can run here
 * @param servers names of the servers that are wanted; empty for those that a scenario names
 * @param warmup traffic for each server before its first round; see {@link Contest}
 * @param measured how long one measurement is
 * @param members the most members of a room; scenarios with more are made smaller
 */
record Plan(
        List<Yardstick> yardsticks,
        List<String> servers,
        int rounds,
        Duration warmup,
        Duration measured,
        int members) {}
