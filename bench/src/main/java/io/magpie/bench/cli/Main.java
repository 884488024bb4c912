package io.magpie.bench.cli;

import io.magpie.bench.BenchCommand;
import io.magpie.bench.DurationConverter;
import io.magpie.bench.Invocation;
import io.magpie.bench.acks.AcksCommand;
import io.magpie.bench.compare.CompareCommand;
import io.magpie.bench.compare.StormCommand;
import io.magpie.bench.compare.TlsCommand;
import io.magpie.bench.idle.IdleCommand;
import io.magpie.bench.jmh.JmhCommand;
import io.magpie.bench.reconnect.ComebackCommand;
import io.magpie.bench.reconnect.RollingCommand;
import io.magpie.bench.simulate.SimulateCommand;
import io.magpie.bench.slow.SlowCommand;
import io.magpie.bench.verify.VerifyCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine;

/** The entry of {@code magpie bench}. */
public final class Main {
    private Main() {}

    /** Runs the command line and exits with 0 (OK), 1 (FAIL) or 2 (wrong options, or the server can't be reached). */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(commandLine(out, err).execute(args));
    }

    /** The command line with these outputs. */
    public static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return new CommandLine(new BenchCommand())
                .addSubcommand(new CompareCommand())
                .addSubcommand(new StormCommand())
                .addSubcommand(new TlsCommand())
                .addSubcommand(new AcksCommand())
                .addSubcommand(new SlowCommand())
                .addSubcommand(new VerifyCommand())
                .addSubcommand(new RollingCommand())
                .addSubcommand(new ComebackCommand())
                .addSubcommand(new IdleCommand())
                .addSubcommand(new JmhCommand())
                .addSubcommand(new SimulateCommand())
                .registerConverter(Duration.class, new DurationConverter())
                .setCaseInsensitiveEnumValuesAllowed(true)
                // What nobody has thought of is no verdict.
                .setExitCodeExceptionMapper(unexpected -> Invocation.CANNOT)
                .setOut(out)
                .setErr(err);
    }
}
