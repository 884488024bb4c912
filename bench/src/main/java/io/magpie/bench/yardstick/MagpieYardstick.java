package io.magpie.bench.yardstick;

import io.magpie.bench.gateway.BenchEnvironment;
import io.magpie.bench.gateway.LogMode;
import io.magpie.bench.tls.Identity;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Magpie as a user starts it, with one event loop.
 *
 * @param home the project's folder, where the script is
 * @param transport as in the configuration: {@code epoll} or {@code io_uring}
 * @param log where it keeps messages; on a disk, that is in the folder of its launch
 * @param wss how it speaks TLS; empty if it speaks without
 */
record MagpieYardstick(String name, Path home, String transport, LogMode log, Dialect dialect, Optional<Wss> wss)
        implements Yardstick {
    static final String OPENSSL = "openssl";
    static final String JDK = "jdk";

    private static final Pattern STARTED = Pattern.compile("gateway\\.started .*\\blisten=\\S*:(\\d+) ");

    /**
     * How it speaks TLS.
     *
     * @param key what kind of key its certificate is for
     * @param provider as in the configuration: {@value #OPENSSL} or {@value #JDK}
     */
    record Wss(Identity.Kind key, String provider) {}

    /** Without TLS. */
    MagpieYardstick(String name, Path home, String transport, LogMode log, Dialect dialect) {
        this(name, home, transport, log, dialect, Optional.empty());
    }

    @Override
    public boolean tls() {
        return wss.isPresent();
    }

    @Override
    public Optional<String> missing() {
        if (!Files.isExecutable(script())) {
            return Optional.of(script() + " isn't there; Magpie can only be started from its source tree");
        }
        if (wss.isPresent() && wss.get().provider().equals(OPENSSL) && !OpenSsl.isAvailable()) {
            return Optional.of("BoringSSL can't be used here: " + OpenSsl.unavailabilityCause());
        }
        return Optional.ofNullable(unavailability()).map(cause -> transport + " can't be used here: " + cause);
    }

    @Override
    public RunningServer start(Launch launch) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script().toString(), "run"));
        List<String> settings = new ArrayList<>(List.of(
                "listen.host=127.0.0.1",
                "listen.port=0",
                "management.port=0",
                "transport.kind=" + transport,
                "transport.loops=1",
                "websocket.compression.enabled=" + launch.deflate()));
        settings.addAll(log.settings(launch.directory().resolve("data")));
        if (wss.isPresent()) {
            Identity identity = Identity.make(wss.get().key(), launch.directory());
            settings.addAll(List.of(
                    "tls.certificate=" + identity.certificate(),
                    "tls.key=" + identity.key(),
                    "tls.provider=" + wss.get().provider()));
        }
        settings.forEach(setting -> command.addAll(List.of("--set", setting)));
        // The same JVM as the other servers', and the log line that tells the port.
        Map<String, String> environment = new HashMap<>(BenchEnvironment.VARIABLES);
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("MAGPIE_LOG_LEVEL", "INFO");
        return ServerProcess.start(launch, new ServerProcess.Start(command, environment, MagpieYardstick::port));
    }

    /** The port in the log, as soon as the gateway has started. */
    static OptionalInt port(String log) {
        Matcher started = STARTED.matcher(log);
        return started.find() ? OptionalInt.of(Integer.parseInt(started.group(1))) : OptionalInt.empty();
    }

    private Path script() {
        return home.resolve("magpie");
    }

    private @Nullable Throwable unavailability() {
        return transport.equals("epoll") ? Epoll.unavailabilityCause() : IoUring.unavailabilityCause();
    }
}
