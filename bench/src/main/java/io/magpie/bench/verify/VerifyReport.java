package io.magpie.bench.verify;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.magpie.bench.Environment;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What is said of a run; printed, and written as JSON.
 *
 * @param replay the command that does the same again
 */
record VerifyReport(
        Environment environment, VerifyPlan plan, List<String> skipped, VerifyRun.Result result, String replay) {

    /** For a terminal. */
    void print(PrintWriter out) {
        Verdict verdict = result.verdict();
        Verdict.Totals totals = verdict.totals();
        out.println();
        for (Check check : Check.values()) {
            long count = verdict.counts().getOrDefault(check, 0L);
            out.printf(
                    Locale.ROOT, "%-5s %,9d  %-12s %s%n", count == 0 ? "ok" : "WRONG", count, check, check.promise());
        }
        out.println();
        sends(out, totals.sends());
        deliveries(out, totals.deliveries());
        Verdict.Faults faults = totals.faults();
        out.printf(
                Locale.ROOT,
                "faults      %,d in %.0f s, %,d connections cut by the proxy; %,d restarts: listening after %,d ms"
                        + " (median), %,d ms (slowest)%n",
                faults.injected(),
                result.seconds(),
                result.cuts(),
                faults.restarts(),
                faults.medianMillis(),
                faults.slowestMillis());
        out.printf(
                Locale.ROOT,
                "load        %,.0f messages/s while faults were injected, of %,.0f that were asked for%n",
                result.rate(),
                plan.load().rate());
        out.printf(Locale.ROOT, "closes      %s%n", totals.closes());
        out.printf(Locale.ROOT, "refusals    %s%n", totals.refusals());
        result.growth()
                .forEach(growth -> out.printf(
                        Locale.ROOT,
                        "%-5s %,d %s before the soak, %,d after%n",
                        growth.grown() ? "WRONG" : "ok",
                        growth.before(),
                        growth.what(),
                        growth.after()));
        skipped.forEach(skip -> out.printf("SKIPPED     %s%n", skip));
        verdict.witnesses().forEach(witness -> out.printf("witness     %s%n", witness));
        verdict.doubts().forEach(doubt -> out.printf("doubt       %s%n", doubt));
        out.printf(Locale.ROOT, "seed        %d%n", plan.seed());
        out.printf("again       %s%n", replay);
        out.printf("verdict     %s%n", result.word());
        out.flush();
    }

    private static void sends(PrintWriter out, Verdict.Sends sends) {
        out.printf(
                Locale.ROOT,
                "messages    %,d sent, %,d answered ok, %,d given up unknown, %,d stored%n",
                sends.sent(),
                sends.answered(),
                sends.unknown(),
                sends.stored());
    }

    private static void deliveries(PrintWriter out, Verdict.Deliveries seen) {
        out.printf(
                Locale.ROOT,
                "deliveries  %,d on %,d connections; %,d resumes, %,d of them not recovered; %,d gaps; %,d pages%n",
                seen.messages(),
                seen.connections(),
                seen.resumes(),
                seen.unrecovered(),
                seen.gaps(),
                seen.pages());
    }

    void write(Path file) throws IOException {
        JsonMapper.builder()
                .addModule(new SimpleModule().addSerializer(Duration.class, ToStringSerializer.instance))
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValue(file.toFile(), this);
    }
}
