package io.magpie.bench.jmh;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What one more member costs: the difference between a large and a small room, divided by how many members they differ
 * by. What a broadcast costs however many there are, such as its encoding, falls out. Immutable.
 */
final class Slopes {
    /** Beyond Netty's own, in bytes for each delivery: what rounding and an idle background thread may add. */
    static final double BOUND = 0.5;

    private static final String MEMBERS = "members";
    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final String GATEWAY = "BroadcastBenchmark.";
    private static final String NETTY = "OutboundBenchmark.round ";

    private final Map<String, Slope> slopes = new TreeMap<>();

    /**
     * The price of one more member.
     *
     * @param bytes allocated, or NaN where the allocation profiler was off
     */
    record Slope(double nanos, double bytes) {
        private Slope minus(Slope other) {
            return new Slope(nanos - other.nanos, bytes - other.bytes);
        }
    }

    /** One measurement of an operation that costs something for each of {@code members}. */
    record Point(String name, int members, double nanos, double bytes) {}

    /** Those for whom two sizes were measured. */
    static Slopes of(Collection<RunResult> results) {
        Slopes slopes = new Slopes();
        Map<String, Point> first = new TreeMap<>();
        for (RunResult result : results) {
            BenchmarkParams params = result.getParams();
            if (params.getBenchmark().contains(GATEWAY) || name(params).startsWith(NETTY)) {
                slopes.add(first, point(result, params));
            }
        }
        return slopes;
    }

    /** The slope between two measurements of the same thing, whichever is the larger. */
    static Slope between(Point one, Point other) {
        double members = other.members() - one.members();
        return new Slope((other.nanos() - one.nanos()) / members, (other.bytes() - one.bytes()) / members);
    }

    /** The slopes by what was measured, for example {@code BroadcastBenchmark.toChannels}. */
    Map<String, Slope> all() {
        return Map.copyOf(slopes);
    }

    /** Whether a slope stays within the target: nothing allocated beyond {@code base}. */
    static boolean holds(Slope slope, Slope base) {
        return slope.minus(base).bytes() <= BOUND;
    }

    /** Prints the price of a delivery, and whether the target is held; nothing if no two sizes were measured. */
    void print(PrintWriter out) {
        if (slopes.isEmpty()) {
            return;
        }
        out.printf("%nOne delivery, from the difference between the room sizes:%n");
        slopes.forEach((name, slope) ->
                out.printf(Locale.ROOT, "  %-42s %8.1f ns %8.2f B%n", name, slope.nanos(), slope.bytes()));
        out.printf("Target: 0 B allocated per delivery beyond Netty's own entry%n");
        target(out, "toCounters", new Slope(0, 0));
        target(out, "toChannels", slopes.get(NETTY + Outlet.WRITE_FLUSH));
        target(out, "toChannelsVoidPromise", slopes.get(NETTY + Outlet.VOID_PROMISE));
        out.flush();
    }

    private void target(PrintWriter out, String method, @Nullable Slope base) {
        Slope slope = slopes.get(GATEWAY + method);
        if (slope == null || base == null || Double.isNaN(slope.bytes())) {
            return;
        }
        out.printf(
                Locale.ROOT,
                "  %-42s %8.2f B beyond %.2f B: %s%n",
                GATEWAY + method,
                slope.minus(base).bytes(),
                base.bytes(),
                holds(slope, base) ? "OK" : "FAIL");
    }

    private void add(Map<String, Point> first, Point point) {
        Point other = first.putIfAbsent(point.name(), point);
        if (other != null && other.members() != point.members()) {
            slopes.put(point.name(), between(other, point));
        }
    }

    private static Point point(RunResult result, BenchmarkParams params) {
        Result<?> bytes = result.getSecondaryResults().get(ALLOCATED);
        return new Point(
                name(params),
                Integer.parseInt(params.getParam(MEMBERS)),
                result.getPrimaryResult().getScore(),
                bytes == null ? Double.NaN : bytes.getScore());
    }

    /** Class and method, then the values of the parameters but the size. */
    private static String name(BenchmarkParams params) {
        String full = params.getBenchmark();
        StringBuilder name = new StringBuilder(full.substring(full.lastIndexOf('.', full.lastIndexOf('.') - 1) + 1));
        for (String key : params.getParamsKeys()) {
            if (!key.equals(MEMBERS)) {
                name.append(' ').append(params.getParam(key));
            }
        }
        return name.toString();
    }
}
