package io.magpie.bench.reconnect;

import io.magpie.bench.gateway.GatewayProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A place where clients can be: one gateway process after another, each on a port of its own.
 *
 * <p>Owner: the main thread; any thread may read {@link #address}.
 */
final class Site implements AutoCloseable {
    /** What {@link Ending#exit} says of a process that had to be killed. */
    static final int KILLED = -1;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int HTTP_OK = 200;
    private static final int HTTP_ACCEPTED = 202;
    private static final long POLL_MILLIS = 2;

    private final String name;
    private final Launch launch;
    private final AtomicReference<@Nullable InetSocketAddress> address = new AtomicReference<>();
    private final List<String> faults = new ArrayList<>();
    private @Nullable GatewayProcess process;
    private int generation;

    /**
     * How processes are started.
     *
     * @param command what runs a gateway
     * @param settings each {@code key=value}
     * @param logs where their logs go, one each
     */
    record Launch(List<String> command, List<String> settings, Path logs) {}

    /**
     * How a process ended; times are in milliseconds after SIGTERM.
     *
     * @param notReady when {@code /health/ready} first didn't say that it is ready; −1 if it said so for 2 s
     * @param exit its exit code, or {@link #KILLED}
     */
    record Ending(long notReady, long ended, int exit) {}

    /** @param name for reports and the names of logs */
    Site(String name, Launch launch) {
        this.name = name;
        this.launch = launch;
    }

    String name() {
        return name;
    }

    /** Where it listens; null while it doesn't, or is about to end. Any thread. */
    @Nullable
    InetSocketAddress address() {
        return address.get();
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
        Path log = launch.logs().resolve(String.format(Locale.ROOT, "gateway-%s-%02d.log", name, generation));
        GatewayProcess started =
                GatewayProcess.start(new GatewayProcess.Launch(launch.command(), launch.settings(), Map.of(), log));
        process = started;
        // The first question takes longer than those that are timed.
        ready(started);
        address.set(started.open());
        return since(begin);
    }

    /**
     * Sends SIGTERM and waits for the end; who doesn't end in time is killed.
     *
     * @param within so long it may take
     */
    Ending end(Duration within) throws IOException, InterruptedException {
        GatewayProcess ending = running();
        address.set(null);
        long begin = System.nanoTime();
        ending.terminate();
        long notReady = awaitNotReady(ending, begin);
        boolean ended = ending.awaitEnd(within.minusMillis(since(begin)));
        long took = since(begin);
        if (!ended) {
            ending.kill();
        }
        ended(ending);
        return new Ending(notReady, took, ended ? ending.exit() : KILLED);
    }

    /**
     * Lets a share of its clients go elsewhere.
     *
     * @throws IOException if it doesn't want to
     */
    void rebalance(double share, Duration within) throws IOException, InterruptedException {
        String body = String.format(Locale.ROOT, "{\"shed\": %.3f, \"within\": \"%dms\"}", share, within.toMillis());
        HttpRequest request = HttpRequest.newBuilder(page(running(), "/api/v1/rebalance"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != HTTP_ACCEPTED) {
            throw new IOException("gateway " + name + " can't be rebalanced: " + answer.body());
        }
    }

    boolean alive() {
        return process != null && process.alive();
    }

    /** What the logs of its processes tell of faults. */
    List<String> faults() throws IOException {
        List<String> all = new ArrayList<>(faults);
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
        }
    }

    private static long awaitNotReady(GatewayProcess ending, long begin) throws InterruptedException {
        long now = since(begin);
        while (now < PATIENCE.toMillis()) {
            boolean ready = ready(ending);
            now = since(begin);
            if (!ready) {
                return now;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return -1;
    }

    private void ended(GatewayProcess gone) throws IOException {
        gone.fault().ifPresent(fault -> faults.add("gateway " + name + ": " + fault));
        gone.close();
        process = null;
    }

    /** Whether a process says that newcomers are served; one that can't be asked doesn't. */
    private static boolean ready(GatewayProcess asked) throws InterruptedException {
        HttpRequest question = HttpRequest.newBuilder(page(asked, "/health/ready"))
                .timeout(PATIENCE)
                .build();
        try {
            return CLIENT.send(question, HttpResponse.BodyHandlers.discarding()).statusCode() == HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    private static URI page(GatewayProcess asked, String path) {
        InetSocketAddress management = asked.management();
        return URI.create("http://" + management.getHostString() + ":" + management.getPort() + path);
    }

    private GatewayProcess running() {
        GatewayProcess now = process;
        if (now == null) {
            throw new IllegalStateException("no gateway runs at " + name);
        }
        return now;
    }

    private static long since(long begin) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }
}
