package io.magpie.bench.yardstick;

import io.magpie.bench.measure.Program;
import io.magpie.bench.tls.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * nginx with the module nchan, one worker, messages in its memory.
 *
 * @param tls whether it speaks TLS
 */
record NchanYardstick(boolean tls) implements Yardstick {
    private static final Program NGINX = Program.of("nginx", "nginx-light");
    private static final String MODULE = "ngx_nchan_module.so";
    private static final List<String> MODULE_FOLDERS =
            List.of("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules");

    private static final String CONFIG = "nginx.conf";

    /** The tail that is kept is as long as Magpie's; paths are below the launch's directory. */
    private static final String TEXT = """
            daemon off;
            worker_processes 1;
            load_module "%s";
            pid nginx.pid;
            error_log stderr notice;
            events {
              worker_connections 16384;
            }
            http {
              access_log off;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              server {
                listen 127.0.0.1:%d%s backlog=4096;
                %s
                location = /ws {
                  nchan_pubsub websocket;
                  nchan_channel_id $arg_room;
                  nchan_subscriber_first_message newest;
                  nchan_message_buffer_length 1000;
                }
              }
            }
            """;

    private static final String TLS_TEXT =
            "ssl_certificate \"%s\"; ssl_certificate_key \"%s\"; ssl_protocols TLSv1.2 TLSv1.3;";

    /** A master, which only waits, and its worker, which does the work. */
    private record Nginx(ServerProcess master, List<Long> pids) implements RunningServer {
        @Override
        public int port() {
            return master.port();
        }

        @Override
        public void close() {
            master.close();
        }
    }

    @Override
    public String name() {
        return tls ? "nchan-wss" : "nchan";
    }

    @Override
    public Optional<String> missing() {
        Optional<String> program = NGINX.missing();
        if (program.isPresent() || module().isPresent()) {
            return program;
        }
        return Optional.of("nginx has no module nchan (Debian: apt-get install libnginx-mod-nchan)");
    }

    @Override
    public boolean compiled() {
        return true;
    }

    @Override
    public Dialect dialect() {
        return PlainDialect.INSTANCE;
    }

    @Override
    public RunningServer start(Launch launch) throws IOException, InterruptedException {
        String tlsText = tls(launch);
        int port = ServerProcess.freePort();
        Path module = module().orElseThrow(() -> new IOException("nginx has no module nchan"));
        String text = TEXT.formatted(module, port, tls ? " ssl" : "", tlsText);
        Files.writeString(launch.directory().resolve(CONFIG), text);
        // With a slash at its end the prefix is a folder; relative paths of the configuration start there.
        String prefix = launch.directory().toAbsolutePath() + "/";
        List<String> command = List.of(NGINX.word(), "-e", "stderr", "-p", prefix, "-c", CONFIG);
        // The master listens before it has a worker.
        ServerProcess master = ServerProcess.start(
                launch,
                new ServerProcess.Start(
                        command,
                        Map.of(),
                        log -> log.contains("start worker process ") ? OptionalInt.of(port) : OptionalInt.empty()));
        return new Nginx(master, master.children());
    }

    private String tls(Launch launch) throws IOException, InterruptedException {
        if (!tls) {
            return "";
        }
        Identity identity = Identity.make(Identity.Kind.ECDSA, launch.directory());
        return TLS_TEXT.formatted(identity.certificate(), identity.key());
    }

    private static Optional<Path> module() {
        return MODULE_FOLDERS.stream()
                .map(folder -> Path.of(folder, MODULE))
                .filter(Files::exists)
                .findFirst();
    }
}
