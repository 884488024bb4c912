package io.magpie.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** Reads how busy all processors of the machine were, so that a run can tell whether it had the machine to itself. Immutable. */
public final class MachineProbe {
    private static final long NANOS_PER_TICK = 10_000_000;

    /** Fields of the first line after its name: user, nice, system, (idle, iowait,) irq, softirq, steal. */
    private static final int[] BUSY = {0, 1, 2, 5, 6, 7};

    private final Path stat;

    /** @param stat usually {@code /proc/stat} */
    public MachineProbe(Path stat) {
        this.stat = stat;
    }

    /** CPU time of everything that runs, and of the neighbours of a virtual machine; 0 if it can't be known. */
    public long busyNanos() {
        try {
            String text = Files.readString(stat);
            String[] fields = text.substring(0, text.indexOf('\n')).trim().split(" +", -1);
            return NANOS_PER_TICK
                    * IntStream.of(BUSY)
                            .mapToLong(field -> Long.parseLong(fields[field + 1]))
                            .sum();
        } catch (IOException e) {
            return 0;
        }
    }
}
