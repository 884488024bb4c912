package io.magpie.bench;

import java.io.PrintWriter;

/**
 * A line when a phase begins and one when it ends, for logs.
 *
 * <p>Owner: the main thread.
 */
public final class LineProgress implements Progress {
    private final PrintWriter out;
    private String phase = "";
    private String unit = "";
    private long max;
    private long value;

    public LineProgress(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void phase(String name, String unitName, long maximum) {
        close();
        phase = name;
        unit = unitName;
        max = maximum;
        value = 0;
        out.println(phase + ": " + max + " " + unit);
        out.flush();
    }

    @Override
    public void at(long count) {
        value = count;
    }

    @Override
    public void close() {
        if (!phase.isEmpty()) {
            out.println(phase + ": " + value + " of " + max + " " + unit + " done");
            out.flush();
            phase = "";
        }
    }
}
