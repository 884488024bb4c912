package io.magpie.bench.jmh;

import io.magpie.bench.Invocation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code magpie bench jmh}: runs the microbenchmarks.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
@Command(
        name = "jmh",
        mixinStandardHelpOptions = true,
        header = "Microbenchmarks (JMH) of codecs, encoder, broadcaster, Netty's outbound path and member lists.",
        description = {
            "",
            "Without arguments all run with -prof gc -f 1 -wi 3 -i 5 -w 500ms -r 500ms, some four minutes. If broadcasts"
                    + " were among them, the price of one delivery follows, and whether the target is held: 0 B"
                    + " allocated per delivery beyond Netty's own entry.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  magpie bench jmh                             all",
            "  magpie bench jmh Broadcast Outbound          those whose names match",
            "  magpie bench jmh -- -l                       list them",
            "  magpie bench jmh Codec -- -f 3 -rf json      JMH's own options; -- -h lists those",
            "Exit code: 0 done; 1 a benchmark failed, or none matches; 2 wrong options."
        })
public final class JmhCommand implements Callable<Integer> {
    private static final int ITERATIONS = 5;
    private static final int WARMUPS = 3;
    private static final TimeValue TURN = TimeValue.milliseconds(500);

    private static final List<String> THREADS =
            List.of("-Djmh.executor=CUSTOM", "-Djmh.executor.class=" + LoopThreads.class.getName());

    @Mixin
    private Invocation invocation = new Invocation();

    @Parameters(
            paramLabel = "ARGUMENT",
            arity = "0..*",
            description = "regular expressions of benchmarks; after -- anything that JMH takes")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException, RunnerException {
        CommandLineOptions given;
        try {
            given = new CommandLineOptions(arguments.toArray(String[]::new));
        } catch (CommandLineOptionException e) {
            throw invocation.wrong(e);
        }
        if (asksAboutJmh(given)) {
            org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
            return Invocation.OK;
        }
        Collection<RunResult> results;
        try {
            results = new Runner(withDefaults(given)).run();
        } catch (NoBenchmarksException e) {
            invocation.err().println("no benchmark matches " + given.getIncludes() + "; -- -l lists them");
            return Invocation.FAIL;
        } catch (RunnerException e) {
            invocation.err().println(e.getMessage());
            return Invocation.FAIL;
        }
        Slopes.of(results).print(invocation.out());
        return Invocation.OK;
    }

    /** What was given, and our defaults where nothing was. */
    static Options withDefaults(CommandLineOptions given) {
        List<String> flags = new ArrayList<>(THREADS);
        flags.addAll(given.getJvmArgsAppend().orElse(List.of()));
        ChainedOptionsBuilder options = new OptionsBuilder().parent(given).jvmArgsAppend(flags.toArray(String[]::new));
        if (given.getProfilers().isEmpty()) {
            options.addProfiler(GCProfiler.class);
        }
        if (!given.getForkCount().hasValue()) {
            options.forks(1);
        }
        if (!given.getWarmupIterations().hasValue()) {
            options.warmupIterations(WARMUPS);
        }
        if (!given.getMeasurementIterations().hasValue()) {
            options.measurementIterations(ITERATIONS);
        }
        if (!given.getWarmupTime().hasValue()) {
            options.warmupTime(TURN);
        }
        if (!given.getMeasurementTime().hasValue()) {
            options.measurementTime(TURN);
        }
        if (!given.shouldFailOnError().hasValue()) {
            options.shouldFailOnError(true);
        }
        return options.build();
    }

    private static boolean asksAboutJmh(CommandLineOptions given) {
        return given.shouldHelp()
                || given.shouldList()
                || given.shouldListWithParams()
                || given.shouldListProfilers()
                || given.shouldListResultFormats();
    }
}
