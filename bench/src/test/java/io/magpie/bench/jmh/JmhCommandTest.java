package io.magpie.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.ProfilerConfig;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;

class JmhCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpSaysHowJmhsOwnOptionsArePassed() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("magpie bench jmh -- -l", "-prof gc -f 1", "Exit code");
    }

    @Test
    void listsABenchmarkForEachPartOfADelivery() {
        assertThat(BenchmarkList.defaultList()
                        .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of()))
                .extracting(BenchmarkListEntry::getUsername)
                .anyMatch(name -> name.contains("CodecBenchmark"))
                .anyMatch(name -> name.contains("EncoderBenchmark"))
                .anyMatch(name -> name.contains("BroadcastBenchmark"))
                .anyMatch(name -> name.contains("OutboundBenchmark"))
                .anyMatch(name -> name.contains("MembersBenchmark"));
    }

    @Test
    void runsBenchmarksAndSaysWhatADeliveryCosts() {
        int code = run(
                "BroadcastBenchmark.toCounters",
                "OutboundBenchmark",
                "--",
                "-f",
                "0",
                "-wi",
                "0",
                "-i",
                "1",
                "-r",
                "2ms",
                "-v",
                "SILENT",
                "-p",
                "outlet=WRITE_FLUSH");
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("One delivery", "BroadcastBenchmark.toCounters", "OutboundBenchmark.round WRITE_FLUSH")
                .contains("Target: 0 B");
    }

    @Test
    void failsIfNothingMatches() {
        assertThat(run("NoSuchBenchmark", "--", "-v", "SILENT")).isEqualTo(1);
        assertThat(err.toString()).contains("no benchmark matches [NoSuchBenchmark]");
    }

    @Test
    void refusesWhatJmhDoesNotKnow() {
        assertThat(run("--", "--nonsense")).isEqualTo(2);
        assertThat(err.toString()).contains("nonsense");
    }

    @Test
    void defaultsGiveWayToWhatIsGiven() throws CommandLineOptionException {
        Options options = JmhCommand.withDefaults(new CommandLineOptions("-f", "3", "-r", "1s"));
        assertThat(options.getForkCount().get()).isEqualTo(3);
        assertThat(options.getMeasurementTime().get()).isEqualTo(TimeValue.seconds(1));
        assertThat(options.getWarmupIterations().get()).isEqualTo(3);
        assertThat(options.getProfilers())
                .extracting(ProfilerConfig::getKlass)
                .containsExactly(GCProfiler.class.getName());
    }

    private int run(String... arguments) {
        return new CommandLine(new JmhCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
