package io.magpie.gateway;

import static io.magpie.gateway.DeploymentDocument.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.config.ConfigLoader;
import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.HttpReply;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.Position;
import io.magpie.protocol.Priority;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The blocks of docs/deployment.md with a real nginx before a real gateway. */
class NginxIT {
    private static final String HOST = "chat.example.com";
    /** The address that clients come from; nginx comes from 127.0.0.1. */
    private static final String CLIENT = "127.0.0.9";

    private static final String FORGED = "X-Forwarded-For: 203.0.113.7";
    private static final String WIRE = "Sec-WebSocket-Protocol: magpie.v1.json";
    private static final RoomId HALL = new RoomId("hall");

    private static X509Bundle root;
    private static X509Bundle leaf;

    @TempDir
    private Path directory;

    private final DeploymentDocument document;
    private final List<AutoCloseable> open = new ArrayList<>();
    private Addresses addresses;
    private NginxProcess nginx;

    NginxIT() throws IOException {
        document = DeploymentDocument.read();
    }

    /** A chain as authorities give it: phones know its root and nothing else of it. */
    @BeforeAll
    static void makeCertificates() throws Exception {
        CertificateBuilder authority = new CertificateBuilder()
                .ecp256()
                .setIsCertificateAuthority(true)
                .setKeyUsage(true, KeyUsage.keyCertSign, KeyUsage.cRLSign);
        root = authority.copy().subject("CN=Root").buildSelfSigned();
        X509Bundle intermediate = authority.copy().subject("CN=Intermediate").buildIssuedBy(root);
        leaf = new CertificateBuilder()
                .ecp256()
                .subject("CN=" + HOST)
                .addSanDnsName(HOST)
                .setKeyUsage(true, KeyUsage.digitalSignature)
                .buildIssuedBy(intermediate);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void aPhoneThatKnowsTheRootAloneChatsOverWss() throws Exception {
        behindHttp("75s");
        RawClient client = secure();

        HttpReply reply = client.ask(upgrade("/ws", WIRE));

        assertThat(reply.status()).as("%s", reply).isEqualTo(101);
        assertThat(reply.header("sec-websocket-protocol")).isEqualTo("magpie.v1.json");
        enter(client);
        Body body = new Body.Json("\"hello\"".getBytes(StandardCharsets.US_ASCII));
        Command send = new Command.Send(new Command.ToRoom(HALL), null, null, Priority.NORMAL, body);
        client.send(Encoding.JSON, new Request(new RequestId.Number(2), send));
        assertThat(client.event(Encoding.JSON, Event.Delivered.class).message().body())
                .isEqualTo(body);
    }

    @Test
    void requestsThatDontUpgradeAreAnsweredAndTheirQueryIsNotLogged() throws Exception {
        behindHttp("75s");
        RawClient client = secure();

        HttpReply reply = client.ask(RawRequest.get("/?token=planted").replacing("Host: " + HOST));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).contains("\"Magpie\"");
        nginx.close();
        assertThat(Files.readString(directory.resolve("access.log")))
                .contains("\"GET /\" 200")
                .doesNotContain("planted");
    }

    @Test
    void theGatewaySeesTheClientAndNotWhatItSaysOfItself() throws Exception {
        behindHttp("75s");
        RawClient client = secure();
        assertThat(client.ask(upgrade("/ws", WIRE, FORGED)).status()).isEqualTo(101);
        enter(client);

        assertThat(addressesSeen()).containsExactly(CLIENT);
    }

    @Test
    void aMessageOf64KiBGoesBothWays() throws Exception {
        behindHttp("75s", "limits.message=64KiB", "websocket.max-message=128KiB");
        RawClient client = secure();
        assertThat(client.ask(upgrade("/ws?room=large")).status()).isEqualTo(101);
        String text = "0123456789abcdef".repeat(4_096);

        client.send(ClientFrame.text(text));

        assertThat(client.next().text()).isEqualTo(text);
    }

    @Test
    void aSilentClientStaysWhenNginxWaitsLongerThanTheHeartbeat() throws Exception {
        behindHttp("6s", "heartbeat.interval=1s");
        RawClient client = secure();
        assertThat(client.ask(upgrade("/ws?room=quiet")).status()).isEqualTo(101);

        // At least nine seconds, in which it says nothing, not even pongs.
        for (int i = 0; i < 10; i++) {
            assertThat(client.next().opcode()).isEqualTo(9);
        }
        client.send(ClientFrame.text("still here"));

        assertThat(client.next().text()).isEqualTo("still here");
    }

    @Test
    void aSilentClientIsCutOffWhenNginxWaitsLess() throws Exception {
        behindHttp("3s", "heartbeat.interval=1m", "heartbeat.idle-timeout=2m");
        RawClient client = secure();
        assertThat(client.ask(upgrade("/ws?room=quiet")).status()).isEqualTo(101);

        assertThat(client.framesToEnd()).isEmpty();
    }

    @Test
    void newcomersOfAGatewayThatIsDrainedAreToldToComeLater() throws Exception {
        behindHttp("75s");
        RawClient early = secure();
        assertThat(early.ask(upgrade("/ws", WIRE)).status()).isEqualTo(101);
        enter(early);
        HttpResponse<String> drain =
                manage("/api/v1/drain", HttpRequest.BodyPublishers.ofString("{\"within\":\"1h\"}"), "application/json");
        assertThat(drain.statusCode()).isEqualTo(202);

        HttpReply refused = secure().ask(upgrade("/ws", WIRE));

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("retry-after")).isEqualTo("5");
        assertThat(refused.text()).contains("over_capacity");
        assertThat(manage("/metrics", null, "text/plain").body())
                .contains("magpie_upgrades_total{outcome=\"over_capacity\"} 1.0");
        assertThat(early.event(Encoding.JSON, Event.Reconnect.class).after()).isPositive();
    }

    @Test
    void thePROXYHeaderOfAStreamNamesTheClient() throws Exception {
        gateway("magpie: behind stream");
        InetSocketAddress front = NginxProcess.freeAddress();
        String stream = with(document.block("nginx: stream"), "listen 443;", listen(front, ""));
        startNginx(front, "", with(stream, "127.0.0.1:8080", backend()));
        RawClient client = new RawClient(connected());
        open.add(client);

        HttpReply reply = client.ask(upgrade("/ws", WIRE, FORGED));

        assertThat(reply.status()).isEqualTo(101);
        enter(client);
        assertThat(addressesSeen()).containsExactly(CLIENT);
    }

    /** Starts the gateway, and nginx as the document says but with another read time-out. */
    private void behindHttp(String readTimeout, String... settings) throws Exception {
        gateway("magpie: behind nginx", settings);
        InetSocketAddress front = NginxProcess.freeAddress();
        Path chain = Files.writeString(directory.resolve("fullchain.pem"), leaf.getCertificatePathPEM());
        Path key = Files.writeString(directory.resolve("privkey.pem"), leaf.getPrivateKeyPEM());
        String http = document.block("nginx: http");
        http = with(http, "listen 443 ssl;", listen(front, " ssl"));
        http = with(http, "listen [::]:443 ssl;", "");
        http = with(http, "/etc/letsencrypt/live/" + HOST + "/fullchain.pem", chain.toString());
        http = with(http, "/etc/letsencrypt/live/" + HOST + "/privkey.pem", key.toString());
        http = with(
                http,
                "/var/log/nginx/magpie.log",
                directory.resolve("access.log").toString());
        http = with(http, "127.0.0.1:8080", backend());
        http = with(http, "proxy_read_timeout 75s", "proxy_read_timeout " + readTimeout);
        startNginx(front, NginxProcess.temporaryPaths(directory) + http, "");
    }

    private void startNginx(InetSocketAddress front, String http, String stream) throws Exception {
        String main = with(document.block("nginx: main"), "worker_connections 100000", "worker_connections 256");
        // Not everybody may raise it.
        main = with(main, "worker_rlimit_nofile 200000;", "");
        nginx = NginxProcess.start(directory, front, main + (http.isEmpty() ? "" : "http {\n" + http + "}\n") + stream);
        open.add(nginx);
    }

    private static String listen(InetSocketAddress address, String parameters) {
        return "listen " + address.getAddress().getHostAddress() + ":" + address.getPort() + parameters + ";";
    }

    /** Starts the gateway as a block of the document configures it, on free ports. */
    private void gateway(String block, String... settings) throws IOException {
        Path file = Files.writeString(directory.resolve("magpie.yaml"), document.block(block));
        List<String> all = new ArrayList<>(List.of(
                "listen.port=0",
                "management.port=0",
                "transport.loops=1",
                "log.kind=memory",
                "drain=0s",
                "overload.loop-lag=0s",
                "overload.heap=0"));
        all.addAll(List.of(settings));
        Gateway gateway = new Gateway(ConfigLoader.load(Optional.of(file), Map.of(), all));
        open.add(gateway);
        addresses = gateway.start();
    }

    private String backend() {
        return "127.0.0.1:" + addresses.open().getPort();
    }

    private static RawRequest upgrade(String target, String... headers) {
        return RawRequest.upgrade(target, headers).replacing("Host: " + HOST);
    }

    /** A connection to nginx from an address that no proxy has. */
    private Socket connected() throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(CLIENT, 0));
        socket.connect(nginx.address(), 5_000);
        return socket;
    }

    /** A client that has checked the certificate and the name in it. */
    private RawClient secure() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, root.toTrustManagerFactory().getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(connected(), HOST, nginx.address().getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        RawClient client = new RawClient(socket);
        open.add(client);
        socket.startHandshake();
        return client;
    }

    private static void enter(RawClient client) throws IOException {
        Map<RoomId, @Nullable Position> rooms = new HashMap<>();
        rooms.put(HALL, null);
        client.send(Encoding.JSON, new Request(new RequestId.Number(1), new Command.Connect(null, rooms, null)));
        client.event(Encoding.JSON, Event.Connected.class);
    }

    private List<String> addressesSeen() throws Exception {
        JsonNode answer = new JsonMapper()
                .readTree(
                        manage("/api/v1/connections", null, "application/json").body());
        return answer.path("connections").findValuesAsText("address");
    }

    /** Asks the management port; with a body it is a POST. */
    private HttpResponse<String> manage(String path, HttpRequest.@Nullable BodyPublisher body, String type)
            throws Exception {
        InetSocketAddress managed = addresses.management();
        assertThat(managed).isNotNull();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managed.getPort() + path))
                .header("Content-Type", type);
        return HttpClient.newHttpClient()
                .send(
                        (body == null ? request.GET() : request.POST(body)).build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
