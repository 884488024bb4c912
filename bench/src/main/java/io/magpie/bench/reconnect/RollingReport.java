package io.magpie.bench.reconnect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.magpie.bench.Environment;
import io.magpie.bench.measure.Check;
import io.magpie.bench.measure.LinePicture;
import io.magpie.bench.measure.Table;
import io.magpie.bench.reconnect.RollingResult.Restart;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** A run's options, surroundings, figures and verdict; printed, and written as files. */
record RollingReport(
        Environment environment, Map<String, Object> options, boolean ok, List<Check> checks, RollingResult result) {
    private static final long BUCKET_MILLIS = 1_000;
    private static final int BUCKETS_AFTER = 3;

    /** The verdict on a result. */
    static RollingReport of(RollingPlan plan, Environment environment, RollingResult result) {
        List<Check> checks = RollingJudge.judge(plan, result);
        return new RollingReport(environment, plan.options(), Checks.hold(checks), checks, result);
    }

    /** For a terminal. */
    void print(PrintWriter out) {
        out.println();
        out.println(restarts().text());
        out.println(sends().text());
        Checks.print(checks, result.faults().witnesses(), out);
    }

    /** Writes {@code rolling.json}, {@code rolling.png} and {@code rolling.md} into a directory. */
    void write(Path directory, RollingPlan plan) throws IOException {
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(directory.resolve("rolling.json").toFile(), this);
        String picture = picture(plan).draw(directory);
        Files.writeString(
                directory.resolve("rolling.md"),
                "![Reconnects per second after SIGTERM, as a multiple of their average](" + picture + ")\n\n"
                        + restarts().markdown() + "\n" + sends().markdown() + "\n" + Checks.markdown(checks) + "\n"
                        + String.join("; ", environment.date(), environment.cpu(), environment.jdk()) + "\n");
    }

    private Table restarts() {
        return new Table(
                List.of(
                        "restart",
                        "clients",
                        "average/s",
                        "peak/s",
                        "peak/0.1 s",
                        "× average",
                        "refused",
                        "away p99 ms",
                        "longest",
                        "not ready ms",
                        "ended ms",
                        "exit",
                        "started ms"),
                IntStream.range(0, result.restarts().size())
                        .mapToObj(i -> row(i + 1, result.restarts().get(i)))
                        .toList());
    }

    private static List<String> row(int number, Restart restart) {
        Moves moves = restart.moves();
        return List.of(
                number + " " + restart.site(),
                count(restart.moving()),
                String.format(Locale.ROOT, "%,.1f", restart.average()),
                count(moves.peaks().second()),
                count(moves.peaks().tenth()),
                String.format(Locale.ROOT, "%.2f", restart.peakToAverage()),
                count(moves.refused()),
                count(moves.absence().p99()),
                count(moves.absence().longest()),
                count(restart.ending().notReady()),
                count(restart.ending().ended()),
                Integer.toString(restart.ending().exit()),
                count(restart.startMillis()));
    }

    private Table sends() {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < result.restarts().size(); i++) {
            Restart restart = result.restarts().get(i);
            rows.add(restart.sends().row("during " + (i + 1) + " " + restart.site()));
        }
        rows.add(result.calm().row("between"));
        return new Table(Sends.HEAD, rows);
    }

    /** How many came in each second of a drain, beside the average: of all restarts the median and the highest. */
    private LinePicture picture(RollingPlan plan) {
        int count = (int) (plan.drain().toMillis() / BUCKET_MILLIS) + BUCKETS_AFTER;
        List<Double> seconds = Rates.middles(BUCKET_MILLIS, count);
        List<List<Double>> shares = IntStream.range(0, count)
                .mapToObj(bucket -> result.restarts().stream()
                        .filter(restart -> restart.average() > 0)
                        .map(restart -> Rates.buckets(restart.moves().attempts(), BUCKET_MILLIS, count)[bucket]
                                / restart.average())
                        .sorted()
                        .toList())
                .toList();
        return new LinePicture(
                "rolling",
                "Reconnects after SIGTERM",
                "seconds after SIGTERM",
                "reconnects per second ÷ (clients ÷ drain)",
                List.of(
                        new LinePicture.Line("median of the restarts", seconds, at(shares, 0.5)),
                        new LinePicture.Line("highest of the restarts", seconds, at(shares, 1)),
                        new LinePicture.Line(
                                "bound", seconds, Collections.nCopies(count, RollingPlan.MOST_TO_AVERAGE))));
    }

    private static List<Double> at(List<List<Double>> buckets, double share) {
        return buckets.stream()
                .map(sorted -> sorted.isEmpty()
                        ? 0.0
                        : sorted.get((int) Math.min(sorted.size() - 1L, (long) (share * sorted.size()))))
                .toList();
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
