package io.magpie.bench.verify;

import io.magpie.bench.gateway.GatewayProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The gateway under test: one process after another on the same data.
 *
 * <p>Owner: the main thread; any thread may read {@link #address}.
 */
final class Node implements AutoCloseable {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final Duration HEALTH = Duration.ofSeconds(2);
    private static final int HTTP_OK = 200;
    private static final long REPAIR_SECONDS = 60;
    private static final HttpClient HEALTH_CLIENT = HttpClient.newHttpClient();

    private final Launch launch;
    private final @Nullable PowerLoss power;
    private final AtomicReference<@Nullable InetSocketAddress> address = new AtomicReference<>();
    private final List<String> complaints = new ArrayList<>();
    private @Nullable GatewayProcess process;
    private int generation;

    /** Whether what is unsafe is counted from a start of before: a restart makes nothing safe. */
    private boolean remembered;

    /**
     * How to start it.
     *
     * @param command what runs a gateway
     * @param settings each {@code key=value}
     * @param environment variables that it gets beside those of this process
     * @param logs where the logs of its processes go, one each
     */
    record Launch(List<String> command, List<String> settings, Map<String, String> environment, Path logs) {
        Launch with(List<String> moreSettings, Map<String, String> moreEnvironment) {
            List<String> all = new ArrayList<>(settings);
            all.addAll(moreSettings);
            Map<String, String> variables = new HashMap<>(environment);
            variables.putAll(moreEnvironment);
            return new Launch(command, List.copyOf(all), Map.copyOf(variables), logs);
        }

        Launch behind(List<String> wrapper) {
            List<String> all = new ArrayList<>(wrapper);
            all.addAll(command);
            return new Launch(List.copyOf(all), settings, environment, logs);
        }
    }

    /** @param power takes away what wasn't synced, if the run has such a fault */
    Node(Launch launch, @Nullable PowerLoss power) {
        this.launch = launch;
        this.power = power;
    }

    /** Where it listens; null in it while it is known to be down. */
    AtomicReference<@Nullable InetSocketAddress> address() {
        return address;
    }

    /**
     * Starts a process.
     *
     * @return the milliseconds until it listened
     * @throws IOException if it doesn't come up; the message has the end of its log
     */
    long start() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        generation++;
        if (power != null && !remembered) {
            remembered = true;
            power.remember();
        }
        Path log = launch.logs().resolve(String.format(Locale.ROOT, "gateway-%04d.log", generation));
        GatewayProcess started = GatewayProcess.start(
                new GatewayProcess.Launch(launch.command(), launch.settings(), launch.environment(), log));
        process = started;
        address.set(started.open());
        return (System.nanoTime() - begin) / NANOS_PER_MILLI;
    }

    /**
     * Lets {@code magpie repair} look after the data of a gateway that doesn't run.
     *
     * @throws IOException if it can't; the message has what it said
     */
    void repair() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(launch.command());
        command.set(command.lastIndexOf("run"), "repair");
        launch.settings().forEach(setting -> command.addAll(List.of("--set", setting)));
        Path said = launch.logs().resolve("repair.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().putAll(launch.environment());
        Process process = builder.start();
        if (!process.waitFor(REPAIR_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("repair took more than " + REPAIR_SECONDS + " s: " + Files.readString(said));
        }
        if (process.exitValue() != 0) {
            throw new IOException("repair ended with " + process.exitValue() + ": " + Files.readString(said));
        }
    }

    /** Kills the process with signal 9. */
    void kill() throws IOException, InterruptedException {
        address.set(null);
        running().kill();
        gone();
    }

    /**
     * Kills the process, and takes away what it hadn't synced.
     *
     * @return the bytes that were taken
     */
    long losePower() throws IOException, InterruptedException {
        kill();
        if (power == null) {
            throw new IllegalStateException("not equipped for a loss of power");
        }
        remembered = false;
        return power.strike();
    }

    /**
     * Ends the process with SIGTERM, and waits for it.
     *
     * @return its exit code
     */
    int term() throws IOException {
        GatewayProcess ending = running();
        ending.close();
        address.set(null);
        gone();
        return ending.exit();
    }

    /** Whether the process has written into its log that it accepts nothing any more. */
    boolean logFailed() throws IOException {
        return says("log.failed");
    }

    /** Whether the first fault that the process's log tells of has a word in it. */
    boolean says(String word) throws IOException {
        return running().fault().orElse("").contains(word);
    }

    /** Whether the process says that it is ready for connections. */
    boolean saysReady() throws InterruptedException {
        InetSocketAddress site = running().management();
        URI uri = URI.create("http://" + site.getHostString() + ":" + site.getPort() + "/health/ready");
        HttpRequest question = HttpRequest.newBuilder(uri).timeout(HEALTH).build();
        try {
            return HEALTH_CLIENT
                            .send(question, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    /** Sends a signal that doesn't end it. */
    void signal(String name) throws IOException, InterruptedException {
        running().signal(name);
    }

    /** The process that runs. */
    GatewayProcess running() {
        GatewayProcess now = process;
        if (now == null) {
            throw new IllegalStateException("no gateway runs");
        }
        return now;
    }

    boolean alive() {
        return process != null && process.alive();
    }

    /** What the logs of ended processes, and of the one that runs, tell of faults; once each. */
    List<String> complaints() throws IOException {
        List<String> all = new ArrayList<>(complaints);
        complaints.clear();
        if (process != null) {
            process.fault().ifPresent(all::add);
        }
        return all;
    }

    @Override
    public void close() {
        address.set(null);
        if (process != null) {
            process.close();
            process = null;
        }
    }

    /** Keeps the log of a process only if it says something. */
    private void gone() throws IOException {
        GatewayProcess ended = running();
        Optional<String> fault = ended.fault();
        if (fault.isPresent()) {
            complaints.add(fault.get());
        } else {
            Files.deleteIfExists(launch.logs().resolve(String.format(Locale.ROOT, "gateway-%04d.log", generation)));
        }
        process = null;
    }
}
