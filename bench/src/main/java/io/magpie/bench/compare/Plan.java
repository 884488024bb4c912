package io.magpie.bench.compare;

import io.magpie.bench.yardstick.Yardstick;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How to compare.
 *
 * @param yardsticks the servers that can run here
 * @param servers names of the servers that are wanted; empty for those that a scenario names
 * @param warmup traffic for each server of a scenario before its first round
 * @param measured how long one measurement is
 * @param members the most members of a room; scenarios with more are made smaller
 * @param serverCpu the processor of the servers, −1 for any
 * @param directory for the files of the servers
 */
record Plan(
        List<Yardstick> yardsticks,
        List<String> servers,
        int rounds,
        Duration warmup,
        Duration measured,
        int members,
        int serverCpu,
        Path directory) {}
