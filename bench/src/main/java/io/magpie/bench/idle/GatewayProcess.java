package io.magpie.bench.idle;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A gateway in a process of its own, started by the project's script as anybody would start it. It listens on
 * 127.0.0.1, on free ports, and its working directory is one that is given. Owner: the main thread.
 */
final class GatewayProcess implements AutoCloseable {
    private static final Pattern STARTED =
            Pattern.compile("gateway\\.started .*listen=127\\.0\\.0\\.1:(\\d+) management=127\\.0\\.0\\.1:(\\d+)");
    private static final long POLL_MILLIS = 50;
    private static final long START_POLLS = 1_200;
    private static final long STOP_SECONDS = 15;

    private final Process process;
    private final InetSocketAddress open;
    private final InetSocketAddress management;

    private GatewayProcess(Process process, int open, int management) {
        this.process = process;
        this.open = new InetSocketAddress(InetAddress.getLoopbackAddress(), open);
        this.management = new InetSocketAddress(InetAddress.getLoopbackAddress(), management);
    }

    /**
     * Starts one and waits until it listens.
     *
     * @param script the project's {@code magpie}
     * @param settings configuration keys
     * @param environment variables that are set for it beside those of this process
     * @param directory where it runs and its log is written
     * @throws IOException if it doesn't start; the message has the end of its log
     */
    static GatewayProcess start(
            Path script, Map<String, String> settings, Map<String, String> environment, Path directory)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString(), "run"));
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        Path log = directory.resolve("gateway.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        // Also when this process is told to end.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        try {
            return awaitStarted(process, log);
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** The public port. */
    InetSocketAddress open() {
        return open;
    }

    /** The port for metrics. */
    InetSocketAddress management() {
        return management;
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static GatewayProcess awaitStarted(Process process, Path log) throws IOException, InterruptedException {
        for (int i = 0; i < START_POLLS; i++) {
            boolean ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
            Matcher matcher = STARTED.matcher(Files.readString(log));
            if (matcher.find()) {
                return new GatewayProcess(
                        process, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
            }
            if (ended) {
                throw new IOException("the gateway ended with " + process.exitValue() + ":\n" + tail(log));
            }
        }
        throw new IOException("the gateway didn't start in a minute:\n" + tail(log));
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }
}
