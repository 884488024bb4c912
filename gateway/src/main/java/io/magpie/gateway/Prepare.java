package io.magpie.gateway;

import io.magpie.gateway.config.ConfigLoader;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.disk.StorageLibrary;
import io.magpie.gateway.support.DurableFiles;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code magpie prepare}: what makes later starts quicker. It unpacks the storage library, which would otherwise be
 * unpacked into the temporary directory at each start and stay there after a kill, and uses a gateway once, so that a JVM
 * that was asked for it ({@code -XX:ArchiveClassesAtExit}) archives the classes that a gateway needs.
 */
@Command(
        name = "prepare",
        description = "Unpacks what a start needs, and uses a gateway once so that the JVM can archive its classes.",
        hidden = true,
        mixinStandardHelpOptions = true)
final class Prepare implements Callable<Integer> {
    private static final int PATIENCE_SECONDS = 20;
    private static final String CONNECT = "{\"type\":\"connect\",\"rooms\":{\"prepare\":null}}";
    private static final String SEND = "{\"type\":\"send\",\"room\":\"prepare\",\"data\":1,\"key\":\"k\",\"id\":1}";

    @Parameters(paramLabel = "DIRECTORY", description = "Where to put the library.")
    private @Nullable Path directory;

    @Override
    public Integer call() throws Exception {
        if (directory == null) {
            throw new IllegalStateException("no directory");
        }
        StorageLibrary.unpack(Files.createDirectories(directory));
        Path data = Files.createTempDirectory(directory, "data");
        try {
            use(data);
        } finally {
            DurableFiles.deleteAll(data);
        }
        return 0;
    }

    /** Starts a gateway with the default settings, lets one client say something, and stops it. */
    private static void use(Path data) throws Exception {
        List<String> settings = List.of(
                "listen.host=127.0.0.1",
                "listen.port=0",
                "management.host=127.0.0.1",
                "management.port=0",
                "log.directory=" + data.resolve("log"));
        GatewayConfig config = ConfigLoader.load(Optional.empty(), Map.of(), settings);
        try (Gateway gateway = new Gateway(config)) {
            InetSocketAddress address = gateway.start().open();
            Answers answers = new Answers();
            WebSocket client = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols("magpie.v1.json")
                    .buildAsync(URI.create("ws://127.0.0.1:" + address.getPort() + "/ws"), answers)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            client.sendText(CONNECT, true);
            answers.stored.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            client.abort();
        }
    }

    /** Knows when what was said is stored. */
    private static final class Answers implements WebSocket.Listener {
        private final CompletableFuture<String> stored = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            String frame = text.toString();
            if (frame.contains("\"connected\"")) {
                socket.sendText(SEND, true);
            } else if (frame.contains("\"ok\"")) {
                stored.complete(frame);
            }
            return WebSocket.Listener.super.onText(socket, text, last);
        }
    }
}
