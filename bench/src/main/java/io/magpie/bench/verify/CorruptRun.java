package io.magpie.bench.verify;

import io.magpie.bench.measure.Scratch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Fills a data directory, damages copies of it, and looks what a gateway makes of each: it may start and serve what is
 * right, or refuse and name a file, but never serve what nobody said. What was refused is repaired, and looked at again.
 *
 * <p>Owner: the main thread.
 */
final class CorruptRun {
    private static final int MESSAGES = 2_000;
    private static final int FILL_SECONDS = 60;
    private static final int READ_SECONDS = 30;
    private static final int WITNESSES = 10;
    private static final int THIRDS = 3;
    private static final int PERCENT = 100;

    /** The gateway's own file beside its log. */
    private static final String SECRET = "resume.secret";

    private static final long POLL_MILLIS = 20;

    private final VerifyPlan plan;
    private final Node.Launch launch;
    private final Path directory;
    private final PrintWriter progress;
    private final Original original = new Original();
    private final SplittableRandom random;
    private final List<Double> kept = new ArrayList<>();

    /**
     * What came out.
     *
     * @param messages in the logs that were damaged
     * @param repaired copies that were refused, and started after a repair
     * @param kept the share of the messages that a repair kept: the median, and the lowest
     * @param witnesses the first damages that were served, refused or repaired wrongly
     */
    record Result(
            int messages,
            Map<Original.Outcome, Integer> outcomes,
            int repaired,
            List<Double> kept,
            List<String> witnesses) {
        boolean ok() {
            return outcomes.getOrDefault(Original.Outcome.WRONG, 0) == 0;
        }

        void print(PrintWriter text) {
            text.printf(Locale.ROOT, "%,d messages, %s%n", messages, outcomes);
            if (repaired > 0) {
                text.printf(
                        Locale.ROOT,
                        "%,d that were refused started after a repair, with %.1f %% of the messages (median; lowest %.1f %%)%n",
                        repaired,
                        PERCENT * kept.get(0),
                        PERCENT * kept.get(1));
            }
            witnesses.forEach(witness -> text.printf("witness     %s%n", witness));
        }
    }

    CorruptRun(VerifyPlan plan, Node.Launch launch, Path directory, PrintWriter progress) {
        this.plan = plan;
        this.launch = launch;
        this.directory = directory;
        this.progress = progress;
        this.random = new SplittableRandom(plan.seed());
    }

    /**
     * Runs it.
     *
     * @throws IOException if the gateway can't be started on data that isn't damaged
     */
    Result run() throws IOException, InterruptedException {
        Path data = directory.resolve(Equipment.DATA);
        Scratch.delete(data);
        Files.createDirectories(data);
        for (Path earlier : earlier()) {
            Scratch.delete(earlier);
        }
        fill(data);
        Map<Original.Outcome, Integer> outcomes = new EnumMap<>(Original.Outcome.class);
        List<String> witnesses = new ArrayList<>();
        for (int i = 1; i <= plan.faults().count(); i++) {
            Path copy = directory.resolve("damaged");
            Scratch.delete(copy);
            copyAll(data, copy);
            Damage damage = damage(copy);
            List<String> wrong = new ArrayList<>();
            Original.Outcome outcome = judge(copy, wrong);
            if (outcome == Original.Outcome.SHORTER && !damage.ofWriteAheadLog()) {
                wrong.add("messages are missing without a word");
                outcome = Original.Outcome.WRONG;
            } else if (isRefusal(outcome) && !repaired(copy, damage, wrong)) {
                outcome = Original.Outcome.WRONG;
            }
            outcomes.merge(outcome, 1, Integer::sum);
            if (outcome == Original.Outcome.WRONG && witnesses.size() < WITNESSES) {
                witnesses.add(damage + ": " + wrong);
                copyAll(copy, directory.resolve(String.format(Locale.ROOT, "wrong-%04d", i)));
            }
            progress.printf(Locale.ROOT, "%4d %-8s %s%n", i, outcome, damage);
            progress.flush();
        }
        List<Double> shares = kept.stream().sorted().toList();
        List<Double> middle = shares.isEmpty() ? List.of() : List.of(shares.get(shares.size() / 2), shares.get(0));
        return new Result(original.messages(), outcomes, shares.size(), middle, witnesses);
    }

    private static boolean isRefusal(Original.Outcome outcome) {
        return outcome == Original.Outcome.REFUSED || outcome == Original.Outcome.UNREADABLE;
    }

    private void fill(Path data) throws IOException, InterruptedException {
        try (Node node = node(data)) {
            node.start();
            Path history = directory.resolve("history.jsonl");
            Crowd crowd = new Crowd(plan, new Journal(history), node.address());
            try (crowd) {
                crowd.connect();
                crowd.publishing(true);
                await(() -> filled(crowd.pulse(), 1));
                node.kill();
                copyAll(data, earlier().get(0));
                node.start();
                await(() -> filled(crowd.pulse(), 2));
                node.signal("STOP");
                copyAll(data, earlier().get(1));
                node.signal("CONT");
                await(() -> filled(crowd.pulse(), THIRDS));
                crowd.publishing(false);
                await(() -> crowd.pulse().unsettled() == 0);
                read(crowd, node);
            }
            Journal.read(history, original::learn);
            node.kill();
        }
        progress.printf(Locale.ROOT, "%,d messages are stored%n", original.messages());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(FILL_SECONDS);
        while (System.nanoTime() < end && !condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private boolean filled(Crowd.Pulse pulse, int thirds) {
        long wanted = plan.load().messages() == 0 ? MESSAGES : plan.load().messages();
        return pulse.acknowledged() >= wanted * thirds / THIRDS;
    }

    /** What the data was when a third was stored and the gateway had been killed, and, while it ran, with two thirds. */
    private List<Path> earlier() {
        return List.of(directory.resolve("earlier-1"), directory.resolve("earlier-2"));
    }

    private Damage damage(Path copy) throws IOException {
        if (random.nextInt(Damage.Kind.values().length) == 0) {
            Path earlier = earlier().get(random.nextInt(earlier().size()));
            List<Path> old = files(earlier).filter(CorruptRun::notEmpty).toList();
            Path one = old.get(random.nextInt(old.size()));
            Optional<Damage> older = Damage.older(one, copy.resolve(earlier.relativize(one)));
            if (older.isPresent()) {
                return older.get();
            }
        }
        List<Path> files = files(copy).filter(CorruptRun::notEmpty).toList();
        Damage damage = Damage.random(files.get(random.nextInt(files.size())), random);
        while (!damage.inflict(random)) {
            damage = Damage.random(files.get(random.nextInt(files.size())), random);
        }
        return damage;
    }

    private Original.Outcome judge(Path copy, List<String> wrong) throws IOException, InterruptedException {
        try (Node node = node(copy)) {
            try {
                node.start();
            } catch (IOException refusal) {
                return named(copy, String.valueOf(refusal.getMessage()), wrong);
            }
            List<Entry> entries = new ArrayList<>();
            boolean complete = read(node, entries);
            if (complete) {
                return original.compare(entries, wrong);
            }
            boolean alive = node.alive();
            Original.Outcome clear = named(copy, String.join("\n", node.complaints()), wrong);
            if (clear == Original.Outcome.WRONG || original.compare(entries, wrong) == Original.Outcome.WRONG) {
                return Original.Outcome.WRONG;
            }
            return alive ? Original.Outcome.UNREADABLE : clear;
        }
    }

    /** Does what the refusal says, and starts it again. */
    private boolean repaired(Path copy, Damage damage, List<String> wrong) throws IOException, InterruptedException {
        // The refusal says to delete it: a new one costs nobody more than a ticket.
        Files.deleteIfExists(copy.resolve(SECRET));
        try (Node node = node(copy)) {
            node.repair();
            node.start();
            List<Entry> entries = new ArrayList<>();
            if (!read(node, entries)) {
                wrong.add("it was repaired, but its rooms can't be read");
            }
            original.compare(entries, wrong);
            long messages = entries.stream()
                    .filter(entry -> entry.kind() == Entry.Kind.STORED)
                    .count();
            kept.add(messages / (double) original.messages());
            if (messages < original.messages() && !damage.ofTable() && !damage.ofWriteAheadLog()) {
                wrong.add("a repair kept " + messages + " though no file with messages was damaged");
            }
        } catch (IOException failure) {
            wrong.add("it couldn't be repaired: " + failure.getMessage());
        }
        return wrong.isEmpty();
    }

    private boolean read(Node node, List<Entry> entries) throws IOException, InterruptedException {
        Path history = directory.resolve("damaged.jsonl");
        boolean complete;
        try (Crowd crowd = new Crowd(plan, new Journal(history), node.address())) {
            complete = read(crowd, node);
        }
        Journal.read(history, entries::add);
        return complete;
    }

    /** A refusal is clear if it names a file of the data. */
    private Original.Outcome named(Path copy, String said, List<String> wrong) throws IOException {
        boolean clear = files(copy).map(file -> "/" + file.getFileName()).anyMatch(said::contains);
        if (!clear) {
            wrong.add("it refused without naming a file: " + said.strip().replace('\n', '|'));
        }
        return clear ? Original.Outcome.REFUSED : Original.Outcome.WRONG;
    }

    /** Reads all rooms; gives up as soon as the server says that it can't. */
    private static boolean read(Crowd crowd, Node node) throws IOException, InterruptedException {
        CompletableFuture<Boolean> all = crowd.readAll();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READ_SECONDS);
        while (!all.isDone() && System.nanoTime() < end && node.alive() && !node.says("log.unreadable")) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return all.getNow(false);
    }

    private Node node(Path data) {
        return new Node(launch.with(LogSettings.of(plan.log(), data.toAbsolutePath()), Map.of()), null);
    }

    private static Stream<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).sorted().toList().stream();
        }
    }

    private static boolean notEmpty(Path file) {
        return file.toFile().length() > 0;
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}
