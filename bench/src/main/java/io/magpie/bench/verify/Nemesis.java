package io.magpie.bench.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Does to the server what the plan says, fault after fault, as the seed has it. What a fault changes it puts right
 * again.
 *
 * <p>Owner: the main thread.
 */
final class Nemesis {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int MAX_STOP_MILLIS = 800;
    private static final int MAX_DISTURBANCE_MILLIS = 600;
    private static final int FULL_MILLIS = 2_000;
    private static final int BROKEN_MILLIS = 400;
    private static final int MAX_SLOW_MILLIS = 1_000;
    private static final int MAX_DELAY_MILLIS = 50;
    private static final long HOUR_SECONDS = 3_600;
    private static final double SHARE = 0.4;

    /** The exit code of a gateway that was asked to end and has done so in order. */
    private static final int TERMINATED = 0;

    private final VerifyPlan.Faults plan;
    private final Equipment equipment;
    private final Node node;
    private final Crowd crowd;
    private final @Nullable ChaosProxy proxy;
    private final SplittableRandom random;

    /** The kinds that have to come before one comes again. */
    private final List<Fault> bag = new ArrayList<>();

    Nemesis(VerifyPlan plan, Equipment equipment, Node node, Crowd crowd, @Nullable ChaosProxy proxy) {
        this.plan = plan.faults();
        this.equipment = equipment;
        this.node = node;
        this.crowd = crowd;
        this.proxy = proxy;
        this.random = new SplittableRandom(plan.seed() + 1);
    }

    /**
     * Injects one fault and waits until the next is due. Of the plan's kinds each comes once before one comes again.
     *
     * @throws IOException if the server doesn't come up again
     */
    void strike() throws IOException, InterruptedException {
        Fault fault = next();
        long begin = System.nanoTime();
        switch (fault) {
            case KILL -> kill();
            case POWER -> losePower();
            case STOP -> stop();
            case TERM -> term();
            case PROXY -> disturb();
            case CUT -> cut();
            case ACK_LOSS -> crowd.eat(plan.eaten());
            case DISK_FULL -> fill();
            case IO_ERROR -> breakFiles();
            case CLOCK -> jump();
            case SLOW -> slow();
            case CORRUPT -> throw new IllegalStateException("damage is no fault of a running server");
        }
        if (fault == Fault.ACK_LOSS) {
            say(fault, "");
        }
        // A restart may take longer than that; without some time of peace after it a fault would meet no messages.
        long from = fault.restarts() ? System.nanoTime() : begin;
        long every = (plan.every().isZero() ? fault.every() : plan.every()).toNanos();
        sleep((from + every - System.nanoTime()) / NANOS_PER_MILLI);
    }

    private Fault next() {
        if (bag.isEmpty()) {
            bag.addAll(equipment.faults().stream().sorted().toList());
        }
        return bag.remove(random.nextInt(bag.size()));
    }

    /** Puts everything right that a fault may have left. */
    void heal() throws IOException, InterruptedException {
        crowd.eat(0);
        if (proxy != null) {
            proxy.heal();
        }
        Shim shim = equipment.shim();
        if (shim != null) {
            shim.files(0, 0, 0);
            shim.clock(0);
        }
        if (!node.alive()) {
            start("it was gone");
        }
    }

    private void kill() throws IOException, InterruptedException {
        say(Fault.KILL, "");
        node.kill();
        start("after kill");
    }

    private void losePower() throws IOException, InterruptedException {
        long taken = node.losePower();
        say(Fault.POWER, taken + " bytes weren't synced");
        start("after a loss of power");
    }

    private void term() throws IOException, InterruptedException {
        say(Fault.TERM, "");
        int exit = node.term();
        if (exit != TERMINATED) {
            crowd.note(Entry.Kind.UNHEALTHY, 0, "SIGTERM ended it with " + exit + " instead of " + TERMINATED);
        }
        start("after term");
    }

    private void stop() throws IOException, InterruptedException {
        int millis = random.nextInt(1, MAX_STOP_MILLIS);
        say(Fault.STOP, millis + " ms");
        node.signal("STOP");
        sleep(millis);
        node.signal("CONT");
    }

    private void disturb() throws InterruptedException {
        ChaosProxy network = network();
        Disturbance disturbance = Disturbance.random(random);
        say(Fault.PROXY, disturbance.toString());
        network.disturb(disturbance, SHARE);
        sleep(random.nextInt(1, MAX_DISTURBANCE_MILLIS));
        network.heal();
    }

    private void cut() {
        say(Fault.CUT, "");
        network().cutOne();
    }

    private void fill() throws IOException, InterruptedException {
        SmallDisk disk = equipment.disk();
        if (disk != null) {
            long pid = node.running().pid();
            say(Fault.DISK_FULL, "");
            disk.fill(pid);
            sleep(FULL_MILLIS);
            disk.free(pid);
        }
    }

    /** After an fsync that failed no ok of this process can be trusted, so it is ended, as its keeper would. */
    private void breakFiles() throws IOException, InterruptedException {
        Shim shim = equipment.shim();
        if (shim == null) {
            return;
        }
        int which = random.nextInt(4);
        say(
                Fault.IO_ERROR,
                List.of("write EIO", "write ENOSPC", "fsync EIO", "late").get(which));
        switch (which) {
            case 0 -> shim.files(Shim.EIO, 0, 0);
            case 1 -> shim.files(Shim.ENOSPC, 0, 0);
            case 2 -> shim.files(0, Shim.EIO, 0);
            default -> shim.files(0, 0, random.nextInt(1, MAX_DELAY_MILLIS));
        }
        sleep(BROKEN_MILLIS);
        shim.files(0, 0, 0);
        sleep(BROKEN_MILLIS);
        boolean failed = which == 0 || which == 2;
        // A log that was full had nothing to write, so that nothing failed.
        if (failed && node.logFailed() && node.saysReady()) {
            crowd.note(Entry.Kind.UNHEALTHY, 0, "it says that it is ready after its log has failed");
        }
        if (failed || !node.alive()) {
            node.kill();
            start("after a broken disk");
        }
    }

    private void jump() throws IOException {
        Shim shim = equipment.shim();
        if (shim != null) {
            long seconds = random.nextLong(-HOUR_SECONDS, HOUR_SECONDS);
            say(Fault.CLOCK, seconds + " s");
            shim.clock(seconds * 1_000);
        }
    }

    private void slow() throws InterruptedException {
        say(Fault.SLOW, "");
        crowd.slow(SHARE);
        sleep(random.nextInt(1, MAX_SLOW_MILLIS));
        crowd.slow(0);
    }

    private void start(String when) throws IOException, InterruptedException {
        crowd.note(Entry.Kind.RESTARTED, node.start(), when);
    }

    private void say(Fault fault, String detail) {
        crowd.note(Entry.Kind.FAULT, 0, (fault.word() + " " + detail).strip());
    }

    private ChaosProxy network() {
        if (proxy == null) {
            throw new IllegalStateException("there is no proxy");
        }
        return proxy;
    }

    private static void sleep(long millis) throws InterruptedException {
        if (millis > 0) {
            TimeUnit.MILLISECONDS.sleep(millis);
        }
    }
}
