package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.magpie.bench.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;

class InvocationTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** A command that does what a test says. */
    @Command(name = "trial", mixinStandardHelpOptions = true)
    private static final class Trial implements Callable<Integer> {
        private final ToIntFunction<Invocation> work;

        @Mixin
        private Invocation invocation = new Invocation();

        Trial(ToIntFunction<Invocation> work) {
            this.work = work;
        }

        @Override
        public Integer call() {
            return work.applyAsInt(invocation);
        }
    }

    @Test
    void writesWhereTheCommandLineWrites() {
        assertThat(run(invocation -> {
                    invocation.out().print("figures");
                    invocation.err().print("progress");
                    return Invocation.OK;
                }))
                .isZero();
        assertThat(out).hasToString("figures");
        assertThat(err).hasToString("progress");
    }

    @Test
    void wrongOptionsArePrintedWithTheHelp() {
        assertThat(run(invocation -> {
                    throw invocation.wrong("--area: no");
                }))
                .isEqualTo(Invocation.CANNOT);
        assertThat(err.toString()).startsWith("--area: no\n").contains("Usage: trial");
    }

    @Test
    void whatAPlanSaysOfTheOptionsIsPrintedAsItIs() {
        assertThat(run(invocation -> {
                    throw invocation.wrong(new IllegalArgumentException("--zone must be 1"));
                }))
                .isEqualTo(Invocation.CANNOT);
        assertThat(err.toString()).startsWith("--zone must be 1\n");
    }

    @Test
    void saysWhyItCannotBeDone() {
        assertThat(run(invocation -> invocation.cannot("no server"))).isEqualTo(Invocation.CANNOT);
        assertThat(err).hasToString("no server\n");
    }

    @Test
    void namesTheCommandOfAnException() {
        assertThat(run(invocation -> invocation.cannot(new IOException("no disk"))))
                .isEqualTo(Invocation.CANNOT);
        assertThat(err).hasToString("trial: no disk\n");
    }

    @Test
    void hasTheWordsOfTheCommandLine() {
        assertThat(run(
                        invocation -> {
                            invocation.out().print(invocation.arguments());
                            return Invocation.OK;
                        },
                        "--zone=1",
                        "--area=2"))
                .isZero();
        assertThat(out).hasToString("[--zone=1, --area=2]");
    }

    @Test
    void helpKeepsTheOrderOfTheOptions() {
        assertThat(run(invocation -> Invocation.FAIL, "--help")).isZero();
        assertThat(out.toString()).containsSubsequence("  --zone=", "  --area=");
    }

    @Test
    void whatNobodyHasThoughtOfIsNoVerdict() {
        PrintWriter broken = new PrintWriter(Writer.nullWriter()) {
            @Override
            public void write(String text, int from, int length) {
                throw new IllegalStateException("planned");
            }
        };
        StringWriter err = new StringWriter();

        assertThat(Main.commandLine(broken, new PrintWriter(err)).execute("idle", "--help"))
                .isEqualTo(Invocation.CANNOT);
        assertThat(err.toString()).contains("planned");
    }

    @Test
    void isNothingWithoutPicocli() {
        assertThatIllegalStateException().isThrownBy(() -> new Invocation().out());
    }

    private int run(ToIntFunction<Invocation> work, String... arguments) {
        CommandLine line = new CommandLine(new Trial(work))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        for (String name : List.of("--zone", "--area")) {
            line.getCommandSpec()
                    .addOption(OptionSpec.builder(name).type(int.class).build());
        }
        return line.execute(arguments);
    }
}
