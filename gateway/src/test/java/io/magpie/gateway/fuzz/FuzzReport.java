package io.magpie.gateway.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A page about what was fuzzed, in Markdown. Immutable. */
record FuzzReport(List<FuzzRun.Outcome> outcomes) {
    FuzzReport {
        outcomes = List.copyOf(outcomes);
    }

    /** Writes the page; its directory exists. */
    void write(Path file) throws IOException {
        Files.writeString(file, text());
    }

    String text() {
        StringBuilder text = new StringBuilder("# Fuzzing\n\n");
        text.append(String.format(
                Locale.ROOT,
                "Java %s, %s %s, %d processors. Edges are those of `io.magpie`, of Netty's codecs and of Nimbus; \"from\" is what the "
                        + "seeds and the corpus of earlier runs reach.\n\n",
                System.getProperty("java.version"),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors()));
        text.append(
                "| target | seconds | inputs | inputs/s | edges from | to | features from | to | corpus from | to | found |\n");
        text.append("|---|---|---|---|---|---|---|---|---|---|---|\n");
        outcomes.forEach(outcome -> text.append(row(outcome)));
        outcomes.forEach(outcome -> text.append(findings(outcome)));
        return text.toString();
    }

    private static String row(FuzzRun.Outcome outcome) {
        FuzzLog log = outcome.log();
        return String.format(
                Locale.ROOT,
                "| %s | %d | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %s |\n",
                outcome.target(),
                outcome.time().toSeconds(),
                log.executions(),
                outcome.executionsPerSecond(),
                log.begin().edges(),
                log.now().edges(),
                log.begin().features(),
                log.now().features(),
                log.begin().inputs(),
                log.now().inputs(),
                log.complete()
                        ? "nothing"
                        : log.findings().isEmpty()
                                ? "stopped early"
                                : log.findings().size());
    }

    private static String findings(FuzzRun.Outcome outcome) {
        FuzzLog log = outcome.log();
        if (log.complete()) {
            return "";
        }
        StringBuilder text = new StringBuilder("\n## " + outcome.target() + "\n\n");
        text.append("Exit code ").append(outcome.exitCode()).append("; the log is beside this page.\n\n");
        log.findings()
                .forEach(finding ->
                        text.append("* `").append(finding.replace('`', '\'')).append("`\n"));
        log.artifacts()
                .forEach(file -> text.append("* the input: `").append(file).append("`\n"));
        return text.toString();
    }
}
