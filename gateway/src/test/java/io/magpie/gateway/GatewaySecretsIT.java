package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.magpie.gateway.tls.Pki;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Command;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.Position;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** A gateway that has every kind of secret, and nothing of them in its log, however much it logs, its answers and metrics. */
class GatewaySecretsIT {
    private static final Pki PKI = new Pki();
    private static final String KEY = "planted-key-of-the-management";
    private static final String SIGNING = "planted-secret-of-tokens-0123456789abcdef";
    private static final String TICKETS = "planted-secret-of-tickets";
    private static final String PASSWORD = "planted-password-of-the-key-store";
    private static final RoomId HALL = new RoomId("hall");

    @TempDir
    private Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level before = root.getLevel();
    private final SSLContext phone = PKI.client();

    /** Whatever was said by HTTP or by an exception. */
    private final List<String> answers = new ArrayList<>();

    @BeforeEach
    void listen() {
        log.start();
        root.addAppender(log);
        root.setLevel(Level.DEBUG);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(log);
        root.setLevel(before);
    }

    @Test
    void nothingOfItsSecretsIsEverTold() throws Exception {
        Path store = keyStore();
        String token = token();
        Gateway gateway = new Gateway(TestConfig.onLoopback(settings(store, PASSWORD)));
        String first;
        String second;
        try (gateway) {
            Addresses addresses = gateway.start();
            try (RawClient client = upgraded(addresses, "/ws?token=" + token);
                    RawClient again = upgraded(addresses, "/ws")) {
                first = connect(client, null, null);
                second = connect(again, token, first);
                assertThat(client.event(Encoding.JSON, Event.Bye.class).code().code())
                        .isEqualTo(4507);
            }
            try (RawClient forger = upgraded(addresses, "/ws")) {
                connect(forger, token, first.substring(0, first.length() - 4) + "AAAA");
            }
            assertThat(ask(addresses, "/api/v1/info", KEY)).isEqualTo(200);
            assertThat(ask(addresses, "/api/v1/connections", KEY)).isEqualTo(200);
            assertThat(ask(addresses, "/api/v1/nothing", KEY)).isEqualTo(404);
            assertThat(ask(addresses, "/api/v1/info", "planted-guess")).isEqualTo(401);
            assertThat(ask(addresses, "/metrics", KEY)).isEqualTo(200);
            Files.writeString(store, "nonsense");
            Prometheus.of(addresses).await("magpie_tls_reloads_total{outcome=\"refused\"}", 1);
        }
        wrongPassword();

        assertThat(first).isNotEqualTo(second);
        // That a connection was opened is for debugging only: nothing is left out.
        assertThat(LogLines.of(log)).contains("connection.opened", "tls.loaded", "tls.reload-refused");
        assertThat(told()).contains("magpie_resumes_total").doesNotContain("planted", token, first, second);
    }

    /** A gateway that can't open its key store says so, and not with which password. */
    private void wrongPassword() throws Exception {
        Throwable refused = catchThrowable(() ->
                new Gateway(TestConfig.onLoopback(settings(keyStore(), "planted-password-that-is-wrong"))).close());
        assertThat(refused).isNotNull();
        StringWriter trace = new StringWriter();
        refused.printStackTrace(new PrintWriter(trace, true));
        assertThat(trace.toString()).contains("tls.password isn't its password");
        answers.add(trace.toString());
    }

    private static String[] settings(Path store, String password) {
        return new String[] {
            "management.key=" + KEY,
            "auth.kind=jwt",
            "auth.jwt.secret=" + SIGNING,
            "auth.token-in-query=true",
            "resume.secret=" + TICKETS,
            "tls.certificate=" + store,
            "tls.password=" + password,
            "tls.reload=1s"
        };
    }

    private Path keyStore() throws Exception {
        X509Bundle leaf = PKI.leaf();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "gateway",
                leaf.getKeyPair().getPrivate(),
                PASSWORD.toCharArray(),
                PKI.whole(leaf).toArray(Certificate[]::new));
        Path file = directory.resolve("gateway.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    private RawClient upgraded(Addresses addresses, String target) throws IOException {
        RawClient client = RawClient.secure(addresses.open(), phone);
        assertThat(client.ask(RawRequest.upgrade(target, "Sec-WebSocket-Protocol: magpie.v1.json"))
                        .status())
                .isEqualTo(101);
        return client;
    }

    /** Connects; the ticket that it is given. */
    private static String connect(RawClient client, @Nullable String token, @Nullable String ticket)
            throws IOException {
        Map<RoomId, @Nullable Position> rooms = new HashMap<>();
        rooms.put(HALL, null);
        client.send(
                Encoding.JSON, new Request(new RequestId.Number(1), new Command.Connect(token, ticket, rooms, null)));
        String given = client.event(Encoding.JSON, Event.Connected.class).resume();
        assertThat(given).isNotNull();
        return given;
    }

    private int ask(Addresses addresses, String path, String key) throws Exception {
        InetSocketAddress managed = addresses.management();
        assertThat(managed).isNotNull();
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managed.getPort() + path))
                                .header("Authorization", "Bearer " + key)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        answers.add(response.body());
        return response.statusCode();
    }

    private static String token() {
        StringWriter out = new StringWriter();
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        assertThat(command.execute("token", "--sub", "alice", "--set", "auth.jwt.secret=" + SIGNING))
                .isZero();
        return out.toString().trim();
    }

    /** All that was logged, with causes, and all that was answered. */
    private String told() {
        return String.join("\n", answers) + '\n' + LogLines.of(log);
    }
}
