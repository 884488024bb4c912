package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real nginx as a child of the test: one process, everything it writes in one directory, ended with the test. */
final class NginxProcess implements AutoCloseable {
    private static final String INSTALL = "install nginx (Debian: apt-get install nginx libnginx-mod-stream)";
    private static final int PATIENCE_SECONDS = 30;

    private final Process process;
    private final InetSocketAddress address;

    private NginxProcess(Process process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Where it can listen. On this address of the loopback network nobody else listens, and no connection begins, so the
     * port stays free until nginx has it.
     */
    static InetSocketAddress freeAddress() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.77"))) {
            return new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
        }
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param directory for its files
     * @param blocks all of the configuration that isn't about where to write
     */
    static NginxProcess start(Path directory, InetSocketAddress address, String blocks) throws Exception {
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(configuration, """
                %sdaemon off;
                master_process off;
                pid %s/nginx.pid;
                error_log stderr;
                """.formatted(streamModule(), directory) + blocks);
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        binary().toString(), "-p", directory.toString(), "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        NginxProcess nginx = new NginxProcess(process, address);
        for (int i = 0; i < PATIENCE_SECONDS * 50; i++) {
            // The wait between two looks ends at once if nginx does.
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("nginx ended: " + Files.readString(output));
            }
            if (nginx.listens()) {
                return nginx;
            }
        }
        nginx.close();
        throw new AssertionError("nginx doesn't listen on " + address + ": " + Files.readString(output));
    }

    /** What must stand in {@code http} so that nothing is written outside a directory. */
    static String temporaryPaths(Path directory) {
        StringBuilder lines = new StringBuilder("access_log off;\n");
        for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            lines.append(kind)
                    .append("_temp_path ")
                    .append(directory.resolve(kind))
                    .append(";\n");
        }
        return lines.toString();
    }

    InetSocketAddress address() {
        return address;
    }

    /** Ends it; what it was about to write is written then. */
    @Override
    public void close() {
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly().onExit().join();
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(address, 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path binary() {
        // Debian's is where only root's PATH looks.
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)),
                        Stream.of("/usr/sbin", "/usr/local/sbin", "/usr/local/nginx/sbin"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, "nginx"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(INSTALL));
    }

    /** The line that loads the stream module, where it isn't built in. */
    private static String streamModule() throws IOException {
        Process asked = new ProcessBuilder(binary().toString(), "-V")
                .redirectErrorStream(true)
                .start();
        String built = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (Pattern.compile("--with-stream(\\s|$)").matcher(built).find()) {
            return "";
        }
        Matcher modules = Pattern.compile("--modules-path=(\\S+)").matcher(built);
        assertThat(modules.find()).as(built).isTrue();
        Path module = Path.of(modules.group(1), "ngx_stream_module.so");
        if (!Files.exists(module)) {
            throw new AssertionError(INSTALL + ": there is no " + module);
        }
        return "load_module " + module + ";\n";
    }
}
