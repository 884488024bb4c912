package io.magpie.bench;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What all commands do alike, mixed into each: how their help looks, where they write, how they say that they can't,
 * and their exit codes.
 *
 * <p>Owner: the main thread; picocli sets the field.
 */
@Command(sortOptions = false, usageHelpAutoWidth = true)
public final class Invocation {
    /** Exit code: all is well. */
    public static final int OK = 0;

    /** Exit code: something was wrong, or a target is missed. */
    public static final int FAIL = 1;

    /** Exit code: wrong options, or it can't be done here. */
    public static final int CANNOT = 2;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** For what was asked for. */
    public PrintWriter out() {
        return commandLine().getOut();
    }

    /** For progress and complaints. */
    public PrintWriter err() {
        return commandLine().getErr();
    }

    /** All words of the command line, as they were given. */
    public List<String> arguments() {
        return commandLine().getParseResult().originalArgs();
    }

    /** What to throw when the options are wrong: it is printed with the help, and the exit code is {@link #CANNOT}. */
    public ParameterException wrong(String what) {
        return new ParameterException(commandLine(), what);
    }

    /** The same, for what a plan or a file says of the options. */
    public ParameterException wrong(Exception why) {
        return new ParameterException(commandLine(), String.valueOf(why.getMessage()), why);
    }

    /** Says why it can't be done, and gives the exit code for that. */
    public int cannot(String why) {
        err().println(why);
        return CANNOT;
    }

    /** The same, after the name of the command. */
    public int cannot(Exception why) {
        return cannot(commandLine().getCommandName() + ": " + why.getMessage());
    }

    private CommandLine commandLine() {
        if (command == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return command.commandLine();
    }
}
