package io.magpie.bench.reconnect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.magpie.bench.Environment;
import io.magpie.bench.measure.Check;
import io.magpie.bench.measure.LinePicture;
import io.magpie.bench.measure.Table;
import io.magpie.bench.reconnect.ComebackResult.Round;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** A run's options, surroundings, figures and verdict; printed, and written as files. */
record ComebackReport(
        Environment environment, Map<String, Object> options, boolean ok, List<Check> checks, ComebackResult result) {
    private static final double SECOND = 1_000;

    /** The verdict on a result. */
    static ComebackReport of(ComebackPlan plan, Environment environment, ComebackResult result) {
        List<Check> checks = ComebackJudge.judge(plan, result);
        return new ComebackReport(environment, plan.options(), Checks.hold(checks), checks, result);
    }

    /** For a terminal. */
    void print(PrintWriter out) {
        out.println();
        out.println(rounds().text());
        out.println(sends().text());
        Checks.print(checks, result.faults().witnesses(), out);
    }

    /** Writes {@code comeback.json}, {@code comeback.png} and {@code comeback.md} into a directory. */
    void write(Path directory) throws IOException {
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(directory.resolve("comeback.json").toFile(), this);
        String picture = picture().draw(directory);
        Files.writeString(
                directory.resolve("comeback.md"),
                "![Clients that are back, by time after the cut](" + picture + ")\n\n" + rounds().markdown() + "\n"
                        + sends().markdown() + "\n" + Checks.markdown(checks) + "\n"
                        + String.join("; ", environment.date(), environment.cpu(), environment.jdk()) + "\n");
    }

    private Table rounds() {
        return new Table(
                List.of("round", "back", "recovered", "first ms", "half ms", "99 % ms", "last ms", "tries", "refused"),
                IntStream.range(0, result.rounds().size())
                        .mapToObj(i -> row(i + 1, result.rounds().get(i)))
                        .toList());
    }

    private static List<String> row(int number, Round round) {
        Moves moves = round.moves();
        return List.of(
                Integer.toString(number),
                count(moves.returns().size()),
                count(moves.recovered()),
                count(round.back(0)),
                count(round.back(0.5)),
                count(round.back(0.99)),
                count(round.back(1)),
                count(moves.attempts().size()),
                count(moves.refused()));
    }

    private Table sends() {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < result.rounds().size(); i++) {
            rows.add(result.rounds().get(i).sends().row("during " + (i + 1)));
        }
        rows.add(result.calm().row("between"));
        return new Table(Sends.HEAD, rows);
    }

    /** How many are back by when. */
    private LinePicture picture() {
        return new LinePicture(
                "comeback",
                "Clients that are back, when all were cut in the same moment",
                "seconds after the cut",
                "clients",
                IntStream.range(0, result.rounds().size())
                        .mapToObj(i -> line("round " + (i + 1), result.rounds().get(i)))
                        .toList());
    }

    private static LinePicture.Line line(String name, Round round) {
        List<Long> returns = round.moves().returns();
        return new LinePicture.Line(
                name,
                returns.stream().map(millis -> millis / SECOND).toList(),
                IntStream.rangeClosed(1, returns.size())
                        .mapToObj(back -> (double) back)
                        .toList());
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
