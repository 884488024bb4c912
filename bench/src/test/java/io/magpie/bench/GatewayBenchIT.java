package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.magpie.bench.cli.Main;
import io.magpie.bench.gateway.LogMode;
import io.magpie.gateway.Addresses;
import io.magpie.gateway.Gateway;
import io.magpie.gateway.config.ConfigLoader;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.protocol.Encoding;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The command against the real gateway: neither loses, doubles or reorders anything, in every mode. */
class GatewayBenchIT {
    private static final int CLIENTS = 60;
    private static final int MEMBERS = 20;
    private static final int MESSAGES = 225;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void everyMessageReachesEveryMemberOnce(Encoding mode) throws IOException {
        List<String> settings = new ArrayList<>(List.of(
                "listen.host=127.0.0.1",
                "listen.port=0",
                "management.port=0",
                "transport.loops=2",
                // Nobody is refused because the machine is late, and then sends much at once.
                "rate.connection=0",
                "rate.room=0",
                "overload.loop-lag=0s",
                "overload.heap=0"));
        settings.addAll(LogMode.memory());
        GatewayConfig config = ConfigLoader.load(Optional.empty(), Map.of(), settings);
        Path report = directory.resolve("report.json");
        StringWriter messages = new StringWriter();
        try (Gateway gateway = new Gateway(config)) {
            Addresses addresses = gateway.start();
            Main.commandLine(new PrintWriter(messages), new PrintWriter(messages))
                    .execute(
                            "--url=ws://" + addresses.openText() + "/ws",
                            "--mode=" + mode.name().toLowerCase(Locale.ROOT),
                            "--clients=" + CLIENTS,
                            "--rooms=" + CLIENTS / MEMBERS,
                            "--rate=200",
                            "--warmup=250ms",
                            "--duration=1s",
                            "--quiet",
                            "--out=" + report);
        }
        assertThat(report).as(messages.toString()).exists();
        JsonNode result = new ObjectMapper().readTree(report.toFile());
        assertThat(result.path("counts").path("delivered").asInt()).isEqualTo(MESSAGES * MEMBERS);
        assertThat(result.path("counts").path("acknowledged").asInt()).isEqualTo(mode == Encoding.PLAIN ? 0 : MESSAGES);
        // How late the pacer is on a busy build machine is not what is tested here; any fault of delivery is.
        assertThat(result.path("reasons"))
                .allMatch(reason -> reason.asText().startsWith("the bench is the bottleneck")
                        || reason.asText().contains("messages/s were sent of"));
    }
}
