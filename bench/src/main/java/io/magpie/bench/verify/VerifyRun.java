package io.magpie.bench.verify;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One run: everybody in, messages without faults, messages with faults, rest, the final read, the verdict.
 *
 * <p>Owner: the main thread.
 */
final class VerifyRun {
    private static final Duration JOIN = Duration.ofSeconds(30);
    private static final Duration HEALTHY = Duration.ofSeconds(1);
    private static final Duration READ = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 20;
    private static final long REPORT_NANOS = 5_000_000_000L;
    private static final double NANOS = 1e9;

    private final VerifyPlan plan;
    private final Path journal;
    private final PrintWriter progress;
    private final List<String> doubts = new ArrayList<>();
    private final Resources resources;
    private long reportedNanos;

    /** @param progress gets a line now and then */
    VerifyRun(VerifyPlan plan, Path journal, PrintWriter progress) {
        this.plan = plan;
        this.journal = journal;
        this.progress = progress;
        this.resources = new Resources();
    }

    /**
     * What came out.
     *
     * @param cuts connections that the proxy cut
     * @param seconds of the phase with faults
     * @param rate messages per second in that time
     * @param growth of the server's resources in a soak; empty otherwise
     */
    record Result(Verdict verdict, int cuts, double seconds, double rate, List<Resources.Growth> growth) {
        /** The verdict on everything. */
        Verdict.Word word() {
            return growth.stream().anyMatch(Resources.Growth::grown) ? Verdict.Word.WRONG : verdict.word();
        }
    }

    /**
     * Runs it.
     *
     * @throws IOException if the gateway can't be started at all, or a file can't be written
     */
    Result run(Equipment equipment) throws IOException, InterruptedException {
        equipment.skipped().forEach(skipped -> say("SKIPPED %s", skipped));
        if (!plan.faults().kinds().isEmpty() && equipment.faults().isEmpty()) {
            doubts.add("all faults were skipped");
        }
        try (Node node = new Node(equipment.launch(), equipment.power());
                ChaosProxy proxy = proxy(equipment, node)) {
            say("the gateway listens after %d ms", node.start());
            Crowd crowd = new Crowd(plan, new Journal(journal), proxy == null ? node.address() : fixed(proxy.open()));
            Siege siege;
            try (crowd) {
                siege = phases(equipment, node, crowd, proxy);
            }
            List<Resources.Growth> growth = soaks() ? resources.growth(node) : List.of();
            Verdict verdict = Journal.check(journal, checker(equipment));
            int cuts = proxy == null ? 0 : proxy.cuts();
            return new Result(verdict.doubting(doubts), cuts, siege.seconds(), siege.rate(), growth);
        }
    }

    private Checker checker(Equipment equipment) {
        boolean complaints = equipment.faults().stream().anyMatch(Fault::meetsComplaints);
        return new Checker(new Checker.Bounds(plan.faults().restart().toMillis(), complaints));
    }

    /** The phase with faults: how long, and messages per second. */
    private record Siege(double seconds, double rate) {}

    private Siege phases(Equipment equipment, Node node, Crowd crowd, @Nullable ChaosProxy proxy)
            throws IOException, InterruptedException {
        Nemesis nemesis = new Nemesis(plan, equipment, node, crowd, proxy);
        crowd.connect();
        // Before anything was said in a room, "unsettled" means not in it.
        await(crowd, JOIN);
        phase(crowd, "warm");
        crowd.publishing(true);
        pass(crowd, plan.warmUp());
        if (soaks()) {
            resources.before(node);
        }
        phase(crowd, "faults");
        long begin = System.nanoTime();
        long sentBefore = crowd.pulse().sent();
        strike(nemesis, crowd, equipment, proxy);
        double seconds = (System.nanoTime() - begin) / NANOS;
        Siege siege = new Siege(seconds, (crowd.pulse().sent() - sentBefore) / seconds);
        phase(crowd, "heal");
        tryTo(crowd, nemesis::heal);
        pass(crowd, HEALTHY);
        phase(crowd, "quiesce");
        crowd.publishing(false);
        long millis = await(crowd, VerifyPlan.LIVENESS);
        say("%d clients were behind after %,d ms of rest", crowd.pulse().unsettled(), millis);
        for (String complaint : node.complaints()) {
            crowd.note(Entry.Kind.COMPLAINT, 0, complaint);
        }
        phase(crowd, "final");
        readAll(crowd);
        return siege;
    }

    private void strike(Nemesis nemesis, Crowd crowd, Equipment equipment, @Nullable ChaosProxy proxy)
            throws InterruptedException {
        long end = System.nanoTime() + plan.faults().soak().toNanos();
        boolean idle = equipment.faults().isEmpty();
        ChaosProxy cutting = equipment.faults().contains(Fault.CUT) ? proxy : null;
        boolean going = true;
        for (int done = 0; going; done++) {
            boolean more = !idle
                    && (cutting == null ? done : cutting.cuts()) < plan.faults().count();
            boolean toSend = crowd.pulse().sent() < plan.load().messages();
            going = more || toSend || System.nanoTime() < end;
            if (going) {
                going = idle ? idle() : tryTo(crowd, nemesis::strike);
                report(crowd, done + 1);
            }
        }
    }

    private static boolean idle() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        return true;
    }

    /** Something with the server; that it doesn't come up again is in the history, and ends the faults. */
    private boolean tryTo(Crowd crowd, Step step) throws InterruptedException {
        try {
            step.run();
            return true;
        } catch (IOException e) {
            say("%s", String.valueOf(e.getMessage()));
            crowd.note(Entry.Kind.RESTARTED, Integer.MAX_VALUE, String.valueOf(e.getMessage()));
            return false;
        }
    }

    /** Part of a run that depends on the server. */
    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private void readAll(Crowd crowd) throws InterruptedException {
        try {
            if (crowd.readAll().get(READ.toSeconds(), TimeUnit.SECONDS)) {
                return;
            }
        } catch (ExecutionException | TimeoutException e) {
            say("the final read: %s", e);
        }
        doubts.add("the final logs couldn't be read");
    }

    /** Waits until everybody has everything, but not longer than so; gives the milliseconds. */
    private static long await(Crowd crowd, Duration most) throws InterruptedException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < most.toNanos() && crowd.pulse().unsettled() > 0) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    private void pass(Crowd crowd, Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        report(crowd, 0);
    }

    private void phase(Crowd crowd, String name) {
        crowd.note(Entry.Kind.PHASE, 0, name);
        say("phase %s", name);
    }

    private void report(Crowd crowd, int faults) {
        long now = System.nanoTime();
        if (now - reportedNanos > REPORT_NANOS) {
            reportedNanos = now;
            Crowd.Pulse pulse = crowd.pulse();
            say("%,9d sent  %,9d answered ok  %,5d faults", pulse.sent(), pulse.acknowledged(), faults);
        }
    }

    private boolean soaks() {
        return !plan.faults().soak().isZero();
    }

    private @Nullable ChaosProxy proxy(Equipment equipment, Node node) {
        boolean needed = equipment.faults().stream().anyMatch(Fault::throughProxy);
        return needed ? new ChaosProxy(node.address(), plan.seed() + 2) : null;
    }

    private static AtomicReference<@Nullable InetSocketAddress> fixed(InetSocketAddress address) {
        return new AtomicReference<>(address);
    }

    private void say(String format, Object... values) {
        progress.println(String.format(Locale.ROOT, format, values));
        progress.flush();
    }
}
