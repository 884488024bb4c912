package io.magpie.gateway;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.disk.LogRepair;
import io.magpie.gateway.support.RandomNames;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code magpie repair}: makes a log of what can be read of a damaged one. */
@Command(
        name = "repair",
        description = {
            "Reads the whole log on disk, and if it is damaged, makes a new one of what can be read.",
            "",
            "Damaged files are moved to DIRECTORY/quarantine, never changed or deleted. Every room begins a new epoch,"
                    + " so that clients are told that they may have missed something. Stop the gateway first."
        },
        footer = {
            "",
            "Exit code: 0 the log was whole or has been repaired; 1 it couldn't be, or there is something to do (--dry-run);"
                    + " 2 the command or configuration is wrong."
        },
        mixinStandardHelpOptions = true)
final class RepairLog implements Callable<Integer> {
    @CommandLine.Mixin
    private Main.Sources sources = new Main.Sources();

    @Option(names = "--dry-run", description = "Says what would be kept, and leaves the log as it is.")
    private boolean dryRun;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        GatewayConfig config = sources.load();
        GatewayConfig.Log log = config.log();
        if (log.kind() != GatewayConfig.LogKind.DISK) {
            throw new IllegalStateException("log.kind is memory: there are no files to repair");
        }
        PrintWriter out = Main.commandLine(spec).getOut();
        PrintWriter err = Main.commandLine(spec).getErr();
        RandomNames names = new RandomNames();
        LogRepair repair = new LogRepair(names::nextShort, Clock.systemUTC(), line -> {
            err.println(line);
            err.flush();
        });
        LogRepair.Report report =
                repair.run(Path.of(log.directory()), config.dedup().keys(), dryRun);
        print(report, out);
        out.flush();
        return dryRun && report.outcome() != LogRepair.Outcome.WHOLE ? 1 : 0;
    }

    private void print(LogRepair.Report report, PrintWriter out) {
        if (report.outcome() == LogRepair.Outcome.WHOLE) {
            out.println("The log is whole; nothing was done.");
            return;
        }
        if (report.outcome() == LogRepair.Outcome.FINISHED) {
            out.println(
                    dryRun
                            ? "The log is whole, but a step is left to do: run it without --dry-run."
                            : "The log is whole; what a repair before, or damage beside the log, had left undone was done.");
            return;
        }
        report.faults().forEach(fault -> out.println("damaged: " + fault));
        out.printf(
                Locale.ROOT,
                "%s: %,d messages in %,d rooms, and %,d idempotency keys%n",
                dryRun ? "can be kept" : "kept",
                report.messages(),
                report.rooms(),
                report.keys());
        if (!dryRun) {
            out.println("Every room begins a new epoch. The damaged files are in " + report.quarantine());
        }
    }
}
