package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.magpie.gateway.config.ConfigLoader;
import io.magpie.gateway.config.Durations;
import io.magpie.gateway.config.GatewayConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/deployment.md says outside nginx, and its times, held against the defaults of the gateway. */
class DeploymentDocumentTest {
    private static final GatewayConfig DEFAULTS = GatewayConfig.DEFAULTS;
    /** What a Secret would hold. */
    private static final String SECRET = "0123456789abcdef";

    private final DeploymentDocument document;
    private final Map<String, JsonNode> manifests = new HashMap<>();

    DeploymentDocumentTest() throws IOException {
        document = DeploymentDocument.read();
        YAMLMapper yaml = new YAMLMapper();
        try (var all = yaml.readerFor(JsonNode.class).<JsonNode>readValues(document.block("kubernetes"))) {
            while (all.hasNext()) {
                JsonNode manifest = all.next();
                manifests.put(manifest.path("kind").asText(), manifest);
            }
        }
    }

    @Test
    void theTimeoutsOfNginxLeaveItToTheGatewayWhoIsLost() {
        Pattern waits = Pattern.compile("(proxy_(?:read_|send_|)timeout) (\\S+);");
        List<MatchResult> found = waits.matcher(document.block("nginx: http") + document.block("nginx: stream"))
                .results()
                .toList();

        assertThat(found)
                .extracting(wait -> wait.group(1))
                .containsExactly("proxy_read_timeout", "proxy_send_timeout", "proxy_timeout");
        assertThat(found).allSatisfy(wait -> outlastsSilence(Durations.parse(wait.group(2))));
    }

    @Test
    void theTimeoutsOfTheIngressLeaveItToTheGatewayWhoIsLost() {
        JsonNode annotations = manifests.get("Ingress").path("metadata").path("annotations");
        for (String way : List.of("read", "send")) {
            JsonNode seconds = annotations.path("nginx.ingress.kubernetes.io/proxy-" + way + "-timeout");
            // Annotations are strings; a number would be refused.
            assertThat(seconds.isTextual()).isTrue();
            outlastsSilence(Duration.ofSeconds(seconds.asLong()));
            outlastsSilence(Durations.parse(
                    annotations.path("nginx.org/proxy-" + way + "-timeout").asText()));
        }
        assertThat(annotations.path("nginx.org/websocket-services").asText()).isEqualTo(name("Service"));
    }

    @Test
    void thePodHasTimeToLetItsClientsGo() {
        JsonNode pod = pod();
        long grace = pod.path("terminationGracePeriodSeconds").asLong();
        JsonNode sleep = container().at("/lifecycle/preStop/exec/command");

        assertThat(sleep.get(0).asText()).isEqualTo("sleep");
        assertThat(Duration.ofSeconds(grace - sleep.get(1).asLong())).isGreaterThan(ending());
        assertThat(manifests.get("Deployment").at("/spec/strategy/type").asText())
                .as("two processes must never use one log")
                .isEqualTo("Recreate");
        assertThat(manifests.get("Deployment").at("/spec/replicas").asInt()).isEqualTo(1);
    }

    @Test
    void theManifestsFitTogetherAndToTheGateway() {
        GatewayConfig config = ConfigLoader.load(Optional.empty(), environment(), List.of());
        assertThat(config.edge().trustedProxies()).isNotEmpty();
        assertThat(config.management().host()).isEqualTo("0.0.0.0");
        assertThat(config.management().key()).isEqualTo(SECRET);
        Map<String, Integer> ports = new HashMap<>();
        container()
                .path("ports")
                .forEach(port -> ports.put(
                        port.path("name").asText(), port.path("containerPort").asInt()));
        assertThat(ports)
                .isEqualTo(Map.of(
                        "public", config.listen().port(),
                        "management", config.management().port()));
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            assertThat(container().path(probe).at("/httpGet/port").asText()).isEqualTo("management");
        }
        assertThat(container().at("/readinessProbe/httpGet/path").asText()).isEqualTo("/health/ready");
        assertThat(container().path("volumeMounts").findValuesAsText("mountPath"))
                .contains(config.log().directory(), "/tmp");

        JsonNode service = manifests.get("Service").path("spec");
        assertThat(service.path("ports").findValuesAsText("targetPort")).containsExactly("public");
        assertThat(service.path("selector"))
                .isEqualTo(manifests.get("Deployment").at("/spec/template/metadata/labels"));
        JsonNode rule = manifests.get("Ingress").at("/spec/rules/0");
        assertThat(config.edge().hosts()).containsExactly(rule.path("host").asText());
        assertThat(rule.at("/http/paths/0/backend/service/name").asText()).isEqualTo(name("Service"));
        assertThat(pod().at("/volumes/0/persistentVolumeClaim/claimName").asText())
                .isEqualTo(name("PersistentVolumeClaim"));
    }

    @Test
    void theUnitGivesTheGatewayFilesAndTime() {
        Map<String, String> unit = new HashMap<>();
        Map<String, String> environment = new HashMap<>();
        for (String line : document.block("systemd: magpie.service").split("\n", -1)) {
            int equals = line.indexOf('=');
            if (line.startsWith("Environment=")) {
                String[] variable = line.substring(equals + 1).split("=", 2);
                environment.put(variable[0], variable[1]);
            } else if (equals > 0 && !line.startsWith("#")) {
                unit.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }

        assertThat(Durations.parse(unit.get("TimeoutStopSec"))).isGreaterThan(ending());
        assertThat(Integer.parseInt(unit.get("LimitNOFILE")))
                .isGreaterThan(DEFAULTS.limits().connections());
        assertThat(unit).containsEntry("Restart", "always").doesNotContainKey("MemoryDenyWriteExecute");
        assertThat(unit.get("ExecStart")).endsWith("/magpie run --config /etc/magpie.yaml");
        GatewayConfig config = ConfigLoader.load(Optional.empty(), environment, List.of());
        assertThat(config.log().directory()).isEqualTo("/var/lib/" + unit.get("StateDirectory"));
    }

    private static void outlastsSilence(Duration timeout) {
        assertThat(timeout)
                .isGreaterThan(DEFAULTS.heartbeat().interval())
                .isGreaterThan(DEFAULTS.heartbeat().idleTimeout());
    }

    /** How long a gateway with all defaults may take to end. */
    private static Duration ending() {
        return DEFAULTS.drain().plus(DEFAULTS.websocket().closeTimeout());
    }

    private String name(String kind) {
        return manifests.get(kind).at("/metadata/name").asText();
    }

    private JsonNode pod() {
        return manifests.get("Deployment").at("/spec/template/spec");
    }

    private JsonNode container() {
        return pod().path("containers").path(0);
    }

    private Map<String, String> environment() {
        Map<String, String> variables = new HashMap<>();
        for (JsonNode variable : container().path("env")) {
            String value =
                    variable.has("valueFrom") ? SECRET : variable.path("value").asText();
            variables.put(variable.path("name").asText(), value);
        }
        return variables;
    }
}
