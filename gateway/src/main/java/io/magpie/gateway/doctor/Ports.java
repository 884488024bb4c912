package io.magpie.gateway.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.config.ManagementConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether the gateway could listen, and who does if it can't. */
record Ports(GatewayConfig config) {
    static final String OPEN = "public port";
    static final String MANAGEMENT = "management port";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    List<Finding> look() throws InterruptedException {
        GatewayConfig.Listen listen = config.listen();
        ManagementConfig management = config.management();
        Optional<String> running = management.enabled() && management.port() != 0 ? running() : Optional.empty();
        List<Finding> findings = new ArrayList<>();
        findings.add(bind(OPEN, "listen", listen.host(), listen.port(), running));
        findings.add(
                management.enabled()
                        ? bind(MANAGEMENT, "management", management.host(), management.port(), running)
                        : Finding.ok(MANAGEMENT, "off (management.enabled)"));
        return findings;
    }

    /**
     * Tries to listen.
     *
     * @param running what answers as a gateway on the management port, if anything does
     */
    static Finding bind(String what, String section, String host, int port, Optional<String> running) {
        String where = host + ":" + port;
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return Finding.ok(what, port == 0 ? "any free one" : where + " is free");
        } catch (UnknownHostException e) {
            return Finding.fail(what, host + " isn't known", "Set " + section + ".host to an address of this machine.");
        } catch (BindException e) {
            String why = String.valueOf(e.getMessage());
            if (!why.toLowerCase(Locale.ROOT).contains("in use")) {
                return Finding.fail(
                        what,
                        "can't listen on " + where + ": " + why,
                        "Set " + section + ".host to an address of this machine, and " + section
                                + ".port to one that this user may have (below 1024 it needs CAP_NET_BIND_SERVICE).");
            }
            return running.map(gateway -> Finding.ok(what, where + " is taken, it seems by the running " + gateway))
                    .orElseGet(() -> Finding.fail(
                            what,
                            where + " is taken, and no Magpie answers on the management port",
                            "End what listens there (ss -ltnp says who), or set " + section + ".port to another."));
        } catch (IOException e) {
            return Finding.fail(what, "can't listen on " + where + ": " + e, "Set " + section + ".host and .port.");
        }
    }

    /** The gateway behind the management port, in words. */
    private Optional<String> running() throws InterruptedException {
        Optional<HttpResponse<String>> health = get("/health/ready");
        Optional<String> state = health.map(answer -> text(answer, "status")).filter(text -> text.endsWith("ready"));
        if (state.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> version = get("/api/v1/info").map(answer -> text(answer, "version"));
        return state.map(text -> "Magpie"
                + version.map(number -> " " + number).orElse("").stripTrailing() + " (" + text.replace('_', ' ') + ")");
    }

    private Optional<HttpResponse<String>> get(String path) throws InterruptedException {
        ManagementConfig management = config.management();
        try {
            // Without the key: who knows who has the port.
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(management.uri(path)).timeout(PATIENCE);
            return Optional.of(HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String text(HttpResponse<String> answer, String field) {
        try {
            JsonNode tree = new JsonMapper().readTree(answer.body());
            return tree.path(field).asText("");
        } catch (IOException e) {
            return "";
        }
    }
}
