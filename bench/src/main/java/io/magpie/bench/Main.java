package io.magpie.bench;

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
    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return new CommandLine(new BenchCommand())
                .registerConverter(Duration.class, new DurationConverter())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(out)
                .setErr(err);
    }
}
