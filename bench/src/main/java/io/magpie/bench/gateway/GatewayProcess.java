package io.magpie.bench.gateway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A gateway started as a child of this process, and ended with it.
 *
 * <p>Owner: the main thread.
 */
public final class GatewayProcess implements AutoCloseable {
    /** The script may build the gateway first. */
    private static final long START_SECONDS = 300;

    private static final long STOP_SECONDS = 15;
    private static final long POLL_MILLIS = 10;
    private static final int TAIL = 20;
    private static final Pattern STARTED =
            Pattern.compile("gateway\\.started .*listen=(\\S+):(\\d+) management=(\\S+):(\\d+)");
    private static final Pattern TLS = Pattern.compile("tls\\.loaded provider=(\\S+)");

    private final Process process;
    private final Thread reaper;
    private final Path log;
    private final InetSocketAddress open;
    private final InetSocketAddress management;

    /**
     * How to start it.
     *
     * @param command what runs a gateway, for example {@code [./magpie, run]}
     * @param settings each {@code key=value}
     * @param environment variables that it gets beside those of this process
     * @param log gets its output
     */
    public record Launch(List<String> command, List<String> settings, Map<String, String> environment, Path log) {}

    private GatewayProcess(Process process, Path log, Thread reaper, Matcher started) {
        this.process = process;
        this.reaper = reaper;
        this.log = log;
        this.open = new InetSocketAddress(started.group(1), Integer.parseInt(started.group(2)));
        this.management = new InetSocketAddress(started.group(3), Integer.parseInt(started.group(4)));
    }

    /**
     * Starts it and waits until it listens.
     *
     * @throws IOException if it doesn't start; the message has the end of its log
     */
    public static GatewayProcess start(Launch launch) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(launch.command());
        for (String setting : launch.settings()) {
            command.add("--set");
            command.add(setting);
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(launch.log().toFile());
        builder.environment().putAll(BenchEnvironment.VARIABLES);
        builder.environment().putAll(launch.environment());
        Process process = builder.start();
        Thread reaper = new Thread(process::destroy, "gateway-reaper");
        Runtime.getRuntime().addShutdownHook(reaper);
        try {
            return new GatewayProcess(process, launch.log(), reaper, awaitStarted(process, launch.log()));
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static Matcher awaitStarted(Process process, Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < deadline) {
            boolean ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
            Matcher started = STARTED.matcher(read(log));
            if (started.find()) {
                return started;
            }
            if (ended) {
                throw new IOException("the gateway ended with " + process.exitValue() + ":\n" + tail(log));
            }
        }
        throw new IOException("the gateway didn't start within " + START_SECONDS + " s:\n" + tail(log));
    }

    /** Where clients connect. */
    public InetSocketAddress open() {
        return open;
    }

    /** Where its metrics are. */
    public InetSocketAddress management() {
        return management;
    }

    /** What does its part of TLS, as Netty calls that; empty if it speaks without. */
    public Optional<String> tlsProvider() throws IOException {
        Matcher loaded = TLS.matcher(read(log));
        return loaded.find() ? Optional.of(loaded.group(1)) : Optional.empty();
    }

    /** Its process. */
    public long pid() {
        return process.pid();
    }

    /** Whether it still runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /**
     * Sends a signal, for example {@code STOP}.
     *
     * @throws IOException if there is no {@code kill} program
     */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Asks it to end, with SIGTERM, and doesn't wait. */
    public void terminate() {
        process.destroy();
    }

    /** Waits until it has ended; false if it hasn't by then. */
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends it as a power failure would, as far as the process is concerned: it can't do anything any more. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        Runtime.getRuntime().removeShutdownHook(reaper);
    }

    /**
     * Its exit code: 128 and the signal's number if a signal ended it.
     *
     * @throws IllegalThreadStateException if it still runs
     */
    public int exit() {
        return process.exitValue();
    }

    /** The first line of its log that tells of exhausted memory or a fault of its own. */
    public Optional<String> fault() throws IOException {
        return read(log).lines().filter(GatewayProcess::isFault).findFirst();
    }

    /** Ends it, and waits until it is gone. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Runtime.getRuntime().removeShutdownHook(reaper);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            // This process is ending; the reaper does the rest.
            process.destroyForcibly();
        }
    }

    /** Whether a line of a log tells of a fault of the gateway. */
    public static boolean isFault(String line) {
        return line.contains("OutOfMemory")
                || line.contains("OutOfDirectMemory")
                || line.contains(" ERROR ")
                || line.contains("LEAK:");
    }

    private static String read(Path log) throws IOException {
        return Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "";
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = read(log).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    }
}
