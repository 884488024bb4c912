package io.magpie.bench.verify;

import io.magpie.bench.DurationConverter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** The command as a person would run it, and what it said; how quickly a gateway starts isn't tested on a build machine. */
record CommandRun(int exit, String text) {
    static final int OK = 0;
    static final int WRONG = 1;
    static final int UNKNOWN = 3;

    static CommandRun of(List<String> options) {
        List<String> arguments = new ArrayList<>(List.of("--restart-within=30s"));
        arguments.addAll(options);
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        int exit = new CommandLine(new VerifyCommand())
                .registerConverter(Duration.class, new DurationConverter())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(out)
                .setErr(out)
                .execute(arguments.toArray(String[]::new));
        return new CommandRun(exit, text.toString());
    }
}
