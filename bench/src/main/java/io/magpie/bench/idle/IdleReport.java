package io.magpie.bench.idle;

import io.magpie.bench.Environment;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an idle session costs, in the shape of its JSON file.
 *
 * @param serverJdk of the server; the bench's own is in the environment
 * @param wss null over ws
 * @param perSession bytes
 * @param targets none over wss
 * @param classes bytes by class, the most first
 */
record IdleReport(
        Environment environment,
        String serverJdk,
        IdlePlan options,
        @Nullable Wss wss,
        PerSession perSession,
        List<Target> targets,
        List<ClassHistogram.Share> classes,
        Totals before,
        Totals with) {
    private static final int KIBI = 1_024;
    private static final Pattern VERSION = Pattern.compile("\\bversion (\\d+)");

    /** The major version from which objects have compact headers. */
    private static final int COMPACT_HEADERS = 25;

    /**
     * Growth of the server divided by the number of sessions.
     *
     * @param live bytes of live objects
     * @param objects how many live objects
     * @param heapUsed bytes of heap as the collector counts them
     * @param direct bytes of buffers outside of the heap
     * @param rss bytes of resident memory
     * @param rssSinceStart the same, compared with the server just started: compiled code, loaded classes and the room
     *     that its heap has grown to are in it, so it is the most that a session can cost
     * @param nativeHeap bytes that the C library has handed out, those of direct buffers among them; null over ws, and
     *     where the JVM can't ask it
     */
    record PerSession(
            double live,
            double objects,
            double heapUsed,
            double direct,
            double rss,
            double rssSinceStart,
            @Nullable Double nativeHeap) {}

    /** A figure, in bytes, that should not be exceeded. */
    record Target(String what, double measured, double limit, boolean met) {
        Target(String what, double measured, double limit) {
            this(what, measured, limit, measured <= limit);
        }
    }

    /** The server at one moment, in bytes. */
    record Totals(long live, long heapUsed, long direct, long rss) {
        private static Totals of(Snapshot snapshot) {
            return new Totals(
                    snapshot.liveBytes(), snapshot.heapUsedBytes(), snapshot.directBytes(), snapshot.rssBytes());
        }
    }

    /** The report on a run. */
    static IdleReport of(IdlePlan plan, Environment environment, String serverJdk, IdleRun.Result result) {
        Snapshot before = result.before();
        Snapshot with = result.with();
        List<ClassHistogram.Share> classes = with.histogram().since(before.histogram(), plan.sessions());
        PerSession each = new PerSession(
                per(plan, with.liveBytes() - before.liveBytes()),
                classes.stream().mapToDouble(ClassHistogram.Share::instances).sum(),
                per(plan, with.heapUsedBytes() - before.heapUsedBytes()),
                per(plan, with.directBytes() - before.directBytes()),
                per(plan, with.rssBytes() - before.rssBytes()),
                per(plan, with.rssBytes() - result.startRssBytes()),
                nativeHeap(plan, before.nativeBytes(), with.nativeBytes()));
        return new IdleReport(
                environment,
                serverJdk,
                plan,
                result.wss().orElse(null),
                each,
                result.wss().isEmpty() ? targets(serverJdk, each) : List.of(),
                classes,
                Totals.of(before),
                Totals.of(with));
    }

    private static List<Target> targets(String serverJdk, PerSession each) {
        double heapLimit = major(serverJdk) >= COMPACT_HEADERS ? 3 * KIBI : 3.5 * KIBI;
        return List.of(
                new Target("live heap per session", each.live(), heapLimit),
                new Target("RSS per session", each.rss(), 6 * KIBI));
    }

    private static @Nullable Double nativeHeap(IdlePlan plan, OptionalLong before, OptionalLong with) {
        return before.isPresent() && with.isPresent() ? per(plan, with.getAsLong() - before.getAsLong()) : null;
    }

    /** Whether all targets are met; so it is where there are none. */
    boolean met() {
        return targets.stream().allMatch(Target::met);
    }

    /** The feature version in what {@code jcmd PID VM.version} says; 0 if it can't be found. */
    static int major(String version) {
        Matcher matcher = VERSION.matcher(version);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    /** A figure as people read it. */
    static String kib(double bytes) {
        return String.format(Locale.ROOT, "%.2f KiB", bytes / KIBI);
    }

    private static double per(IdlePlan plan, long bytes) {
        return (double) bytes / plan.sessions();
    }
}
