package io.magpie.bench.yardstick;

import io.magpie.bench.measure.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A server that is a child process. It ends with this JVM at the latest.
 *
 * <p>Immutable; the thread that starts it also closes it.
 */
final class ServerProcess implements RunningServer {
    /** Magpie's script may build the gateway first. */
    private static final Duration START = Duration.ofMinutes(5);

    private static final Duration STOP = Duration.ofSeconds(10);
    private static final int POLL_MILLIS = 20;
    private static final int CONNECT_MILLIS = 1_000;

    private final Process process;
    private final int port;
    private final Thread atExit;

    /**
     * What is to be started.
     *
     * @param command program and arguments
     * @param environment what it gets besides this process's own environment
     * @param port tells the port from what is in the log so far; nothing as long as it can't be known
     */
    record Start(List<String> command, Map<String, String> environment, PortSource port) {
        /** A server that is told its port. */
        Start(List<String> command, int port) {
            this(command, Map.of(), log -> OptionalInt.of(port));
        }
    }

    /** Tells a server's port from its log. */
    interface PortSource {
        OptionalInt find(String log);
    }

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
        atExit = new Thread(() -> end(process), "yardstick-end");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** A port that nobody listens on. Somebody else may take it, but hardly will at once. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * Starts a server and waits until it accepts connections.
     *
     * @throws IOException if it doesn't; the message has the end of its log
     */
    static ServerProcess start(Launch launch, Start start) throws IOException, InterruptedException {
        Path log = launch.directory().resolve("server.log");
        List<String> command = new ArrayList<>();
        if (launch.cpu() >= 0) {
            command.addAll(List.of("taskset", "-c", Integer.toString(launch.cpu())));
        }
        command.addAll(start.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(launch.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(start.environment());
        Process process = builder.start();
        boolean running = false;
        try {
            ServerProcess server = new ServerProcess(process, awaitPort(process, log, start.port()));
            running = true;
            return server;
        } finally {
            if (!running) {
                end(process);
            }
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<Long> pids() {
        return List.of(process.pid());
    }

    /** The processes that it has started itself. */
    List<Long> children() {
        return process.children().map(ProcessHandle::pid).toList();
    }

    @Override
    public void close() {
        end(process);
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // This JVM is ending, and the hook runs on a process that is gone.
            return;
        }
    }

    private static int awaitPort(Process process, Path log, PortSource source)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (System.nanoTime() - deadline < 0) {
            OptionalInt port = source.find(Program.text(log));
            if (port.isPresent() && accepts(port.getAsInt())) {
                return port.getAsInt();
            }
            if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException("the server ended with " + process.exitValue() + ": " + Program.end(log));
            }
        }
        throw new IOException("the server didn't listen within " + START.toSeconds() + " s: " + Program.end(log));
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends a process and those below it, which a server ends itself if it gets the time. Can't be interrupted. */
    private static void end(Process process) {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        process.destroy();
        CompletableFuture<?>[] ends = all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(ends)
                .completeOnTimeout(null, STOP.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        all.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture.allOf(ends).join();
    }
}
