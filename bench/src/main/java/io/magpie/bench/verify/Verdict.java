package io.magpie.bench.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a history proves.
 *
 * @param counts how often each check failed; checks that held aren't in it
 * @param witnesses the first things that are wrong
 * @param doubts why it is no proof, though nothing is wrong
 */
record Verdict(Word word, Map<Check, Long> counts, List<String> witnesses, List<String> doubts, Totals totals) {
    /** In one word. */
    enum Word {
        OK,
        WRONG,
        UNKNOWN
    }

    /**
     * What was seen in all.
     *
     * @param closes how often connections ended with each code
     * @param refusals how often sends were refused with each error code
     */
    record Totals(
            Sends sends, Deliveries deliveries, Faults faults, Map<String, Long> closes, Map<String, Long> refusals) {}

    /**
     * Messages.
     *
     * @param sent different ones
     * @param answered of them with ok
     * @param unknown given up without an answer
     * @param stored different ones in the final logs
     */
    record Sends(long sent, long answered, long unknown, long stored) {}

    /**
     * What clients were told.
     *
     * @param resumes connections' returns to a room
     * @param unrecovered of them those that couldn't go on where they were
     * @param pages of history that were read on the way
     */
    record Deliveries(long messages, long connections, long resumes, long unrecovered, long gaps, long pages) {}

    /**
     * What was done to the server.
     *
     * @param medianMillis that a restart took
     * @param slowestMillis that a restart took
     */
    record Faults(long injected, long restarts, long medianMillis, long slowestMillis) {}

    /** The verdict on findings. */
    static Verdict of(Findings findings, Totals totals) {
        Word word =
                !findings.counts().isEmpty() ? Word.WRONG : findings.doubts().isEmpty() ? Word.OK : Word.UNKNOWN;
        return new Verdict(
                word, Map.copyOf(findings.counts()), List.copyOf(findings.witnesses()), findings.doubts(), totals);
    }

    /** The same with one more reason for doubt. */
    Verdict doubting(List<String> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<String> all = new ArrayList<>(doubts);
        all.addAll(more);
        return new Verdict(word == Word.OK ? Word.UNKNOWN : word, counts, witnesses, List.copyOf(all), totals);
    }
}
