package io.magpie.bench.verify;

import io.magpie.bench.measure.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a run's faults need, as far as this machine has it.
 *
 * @param faults those that can be injected
 * @param skipped those that can't, and why
 * @param launch how the gateway is started so that they can
 */
record Equipment(
        Set<Fault> faults,
        List<String> skipped,
        Node.Launch launch,
        @Nullable Shim shim,
        @Nullable PowerLoss power,
        @Nullable SmallDisk disk)
        implements AutoCloseable {

    /** The gateway's data, in the directory of the run. */
    static final String DATA = "verify-data";

    /** Makes ready what can be made ready. */
    static Equipment of(VerifyPlan plan, Node.Launch launch, Path directory) throws IOException, InterruptedException {
        Path data = directory.resolve(DATA).toAbsolutePath();
        // What an earlier run left would be messages that nobody sent.
        Scratch.delete(data);
        Files.createDirectories(data);
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        faults.addAll(plan.faults().kinds());
        List<String> skipped = new ArrayList<>();
        if (plan.log().kind() == VerifyPlan.Log.Kind.MEMORY) {
            skip(faults, skipped, Fault::needsDisk, "the log is in memory");
        }
        if (faults.stream().anyMatch(Fault::needsShim)) {
            Shim.missing().ifPresent(why -> skip(faults, skipped, Fault::needsShim, why));
        }
        if (faults.contains(Fault.DISK_FULL)) {
            SmallDisk.missing(data).ifPresent(why -> skip(faults, skipped, Fault.DISK_FULL::equals, why));
        }
        Node.Launch equipped = launch.with(LogSettings.of(plan.log(), data), Map.of());
        Shim shim = null;
        PowerLoss power = null;
        if (faults.stream().anyMatch(Fault::needsShim)) {
            shim = Shim.compile(directory, data);
            equipped = equipped.with(List.of(), shim.environment());
        }
        if (faults.contains(Fault.POWER)) {
            power = new PowerLoss(data, directory.resolve("faults.synced"));
            equipped = equipped.with(List.of(), power.environment());
        }
        SmallDisk disk = null;
        if (faults.contains(Fault.DISK_FULL)) {
            disk = new SmallDisk(data);
            equipped = equipped.with(LogSettings.small(), Map.of()).behind(disk.wrapper());
        }
        return new Equipment(faults, List.copyOf(skipped), equipped, shim, power, disk);
    }

    private static void skip(Set<Fault> faults, List<String> skipped, Predicate<Fault> which, String why) {
        for (Fault fault : Set.copyOf(faults)) {
            if (which.test(fault)) {
                faults.remove(fault);
                skipped.add(fault.word() + ": " + why);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (shim != null) {
            shim.close();
        }
    }
}
