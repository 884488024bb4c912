package io.magpie.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
    @TempDir
    Path directory;

    @Test
    void needsNoConfigurationAtAll() {
        assertThat(ConfigLoader.load(Optional.empty(), Map.of(), List.of())).isEqualTo(GatewayConfig.DEFAULTS);
    }

    @Test
    void prefersTheCommandLineToTheEnvironmentToTheFile() throws IOException {
        Path file = write("listen:\n  port: 1\n  backlog: 1\n  host: file\nlimits:\n  connections: 1\n");

        GatewayConfig config = ConfigLoader.load(
                Optional.of(file),
                Map.of("MAGPIE_LISTEN_PORT", "2", "MAGPIE_LISTEN_BACKLOG", "2", "HOME", "/root"),
                List.of("listen.port=3", "listen.port=4"));

        assertThat(config.listen()).isEqualTo(new GatewayConfig.Listen("file", 4, 2, true));
        assertThat(config.limits().connections()).isEqualTo(1);
        assertThat(config.limits().historyPage()).isEqualTo(100);
    }

    @Test
    void readsLists() throws IOException {
        assertThat(file("http:\n  cors-origins: []\n").http().corsOrigins()).isEmpty();
        assertThat(file("http:\n  cors-origins:\n    - a\n    - b\n").http().corsOrigins())
                .containsExactly("a", "b");
        assertThat(set("http.cors-origins=a, b,,c").http().corsOrigins()).containsExactly("a", "b", "c");
        assertThat(set("http.cors-origins=").http().corsOrigins()).isEmpty();
    }

    @Test
    void takesAnEmptyFileForNone() throws IOException {
        assertThat(file("")).isEqualTo(GatewayConfig.DEFAULTS);
        assertThat(file("# only a comment\n")).isEqualTo(GatewayConfig.DEFAULTS);
        assertThat(file("listen:\nplain:\n  heartbeats:\n")).isEqualTo(GatewayConfig.DEFAULTS);
    }

    @Test
    void listsAllProblemsAtOnce() throws IOException {
        Path file = write("""
                listen:
                  port: eighty
                  hots: localhost
                limits:
                  connections: 0
                  history-page: 5000
                heartbeet:
                  interval: 1s
                outbound:
                  batch-interval: 10
                transport: epoll
                """);

        assertThat(problems(
                        Optional.of(file),
                        Map.of("MAGPIE_LISTEN_PROT", "1", "MAGPIE_DEDUP_KEYS", "many"),
                        List.of("transport.lops=1", "nonsense", "websocket.compression.level=11")))
                .containsExactlyInAnyOrder(
                        "MAGPIE_LISTEN_PROT: unknown environment variable (keys are listed by default-config)",
                        "--set transport.lops: unknown key (did you mean transport.loops?)",
                        "--set nonsense: expected key=value",
                        "listen.port: expected a whole number",
                        "listen.hots: unknown key (did you mean host?)",
                        "limits.connections: must be 1 to 10000000, is 0",
                        "limits.history-page: must be 1 to 1000, is 5000",
                        "heartbeet: unknown key (did you mean heartbeat?)",
                        "outbound.batch-interval: expected a span of time such as 500ms, 10s, 2m, 1h or 30d",
                        "transport: must be a mapping of keys to values",
                        "dedup.keys: expected a whole number",
                        "websocket.compression.level: must be 1 to 9, is 11");
    }

    @Test
    void refusesUnknownKeysEverywhere() throws IOException {
        assertThat(problemsOf("zzzzzzzz: 1\n")).containsExactly("zzzzzzzz: unknown key");
        assertThat(problemsOf("listen:\n  zzzzzzzz: 1\n")).containsExactly("listen.zzzzzzzz: unknown key");
        assertThat(problems(Optional.empty(), Map.of("MAGPIE_LISTEN", "1"), List.of()))
                .hasSize(1);
        assertThat(problems(Optional.empty(), Map.of("MAGPIE_", "1"), List.of()))
                .hasSize(1);
        assertThat(problems(Optional.empty(), Map.of(), List.of("listen=1")))
                .containsExactly("--set listen: unknown key");
        assertThat(problems(Optional.empty(), Map.of(), List.of("=1"))).containsExactly("--set : unknown key");
    }

    @Test
    void leavesTheVariablesOfTheStartScriptAlone() {
        Map<String, String> environment =
                Map.of("MAGPIE_CONFIG", "x", "MAGPIE_JAVA_OPTS", "-Xmx1g", "MAGPIE_LOG_LEVEL", "DEBUG");

        assertThat(ConfigLoader.load(Optional.empty(), environment, List.of())).isEqualTo(GatewayConfig.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen.port=-1|listen.port: must be 0 to 65535, is -1",
                "listen.port=65536|listen.port: must be 0 to 65535, is 65536",
                "listen.port=99999999999|listen.port: expected a whole number",
                "listen.host= |listen.host: must not be empty",
                "listen.tcp-nodelay=yes|listen.tcp-nodelay: expected true or false",
                "transport.kind=EPOLL|transport.kind: expected one of auto, io_uring, epoll, nio",
                "limits.message=63|limits.message: must be 64 to 16MiB, is 63",
                "limits.message=999999999999999GiB|limits.message: expected an amount of memory such as 65536, 64KiB or 1MiB",
                "limits.newcomers=0|limits.newcomers: must be 1 to 10000000, is 0",
                "edge.proxy-protocol=true|edge.proxy-protocol: needs trusted-proxies, or anybody could say to be anybody",
                "http.request-timeout=0ms|http.request-timeout: must be 1s to 1m, is 0ms",
                "plain.default-room=|plain.default-room: must be a room name",
                "plain.default-room=@inbox|plain.default-room: must be a room name"
            })
    void refusesWrongValues(String setting, String problem) {
        assertThat(problems(Optional.empty(), Map.of(), List.of(setting))).containsExactly(problem);
    }

    @Test
    void refusesHeartbeatsThatCannotBeOnes() {
        assertThat(problems(Optional.empty(), Map.of(), List.of("plain.heartbeats=ok," + "x".repeat(65))))
                .containsExactly("plain.heartbeats: must be at most 16 texts of 1 to 64 bytes");
        assertThat(problems(Optional.empty(), Map.of(), List.of("plain.heartbeats=" + "x,".repeat(17))))
                .hasSize(1);
        assertThat(set("plain.heartbeats=" + "x".repeat(64)).plain().heartbeats())
                .hasSize(1);
    }

    @Test
    void checksValuesAgainstEachOther() {
        assertThat(problems(Optional.empty(), Map.of(), List.of("heartbeat.interval=65s")))
                .containsExactly(
                        "heartbeat.idle-timeout: must be longer than interval, or every silent connection is lost");
        assertThat(problems(Optional.empty(), Map.of(), List.of("outbound.low-water-mark=65KiB")))
                .containsExactly("outbound.low-water-mark: must be 0 to 64KiB, is 65KiB");
        assertThat(problems(Optional.empty(), Map.of(), List.of("outbound.max-bytes=63KiB")))
                .containsExactly("outbound.max-bytes: must be 64KiB to 256MiB, is 63KiB");
        assertThat(set("outbound.max-bytes=64KiB").outbound().maxBytes()).isEqualTo(ByteSize.ofKiB(64));
    }

    @Test
    void refusesABudgetForInflatingThatClosesWhoKeepsToTheRates() {
        List<String> fast =
                List.of("websocket.compression.enabled=true", "rate.connection=100", "limits.message=12KiB");
        assertThat(problems(Optional.empty(), Map.of(), fast))
                .containsExactly("websocket.compression.inflated-per-second: must be at least 1700KiB,"
                        + " so that all messages fit that rate.connection lets through, or 0");
        for (String remedy : List.of(
                "websocket.compression.inflated-per-second=1700KiB",
                "websocket.compression.inflated-per-second=0",
                "websocket.compression.enabled=false",
                "rate.connection=0")) {
            List<String> settings = new ArrayList<>(fast);
            settings.add(remedy);
            assertThat(ConfigLoader.load(Optional.empty(), Map.of(), settings)).isNotNull();
        }
    }

    @Test
    void refusesAKeyThatIsGivenTwice() throws IOException {
        List<String> problems = problemsOf("listen:\n  port: 1\n  port: 2\n");

        assertThat(problems).hasSize(1);
        assertThat(problems.get(0)).contains("config.yaml:3: ").contains("port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"- a\n- b\n", "just text\n", "17\n", "[]\n"})
    void refusesAFileThatIsNoMapping(String text) throws IOException {
        assertThat(problemsOf(text))
                .containsExactly(directory.resolve("config.yaml") + ": must be a mapping of keys to values");
    }

    @ParameterizedTest
    @ValueSource(strings = {"listen: [\n", "\tlisten: 1\n", "listen: {port: 1\n", "a: b: c\n"})
    void saysInOneLineWhereAFileIsMalformed(String text) throws IOException {
        List<String> problems = problemsOf(text);

        assertThat(problems).hasSize(1);
        assertThat(problems.get(0)).matches(".*config\\.yaml:\\d+: .+");
    }

    @Test
    void refusesASecondDocument() throws IOException {
        assertThat(problemsOf("listen:\n  port: 1\n---\nlisten:\n  port: 2\n"))
                .containsExactly(directory.resolve("config.yaml") + ": must hold one document");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{a: b}]", "[[a]]", "[a, null]", "a", "{a: b}"})
    void refusesAListThatIsNone(String value) throws IOException {
        assertThat(problemsOf("plain:\n  heartbeats: " + value + "\n"))
                .containsExactly("plain.heartbeats: must be a list of single values");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "{a: 1}"})
    void refusesWhatIsNoSingleValue(String value) throws IOException {
        assertThat(problemsOf("listen:\n  port: " + value + "\n"))
                .containsExactly("listen.port: must be a single value");
    }

    @Test
    void refusesAFileThatIsNotThere() {
        Path missing = directory.resolve("missing.yaml");

        assertThat(problems(Optional.of(missing), Map.of(), List.of("listen.port=x")))
                .containsExactly(missing + ": no such file", "listen.port: expected a whole number");
    }

    @Test
    void refusesAFileThatCannotBeRead() throws IOException {
        Path file = Files.write(directory.resolve("config.yaml"), new byte[] {(byte) 0xC3, 0x28});

        assertThat(problems(Optional.of(file), Map.of(), List.of()))
                .hasSize(1)
                .allMatch(problem -> problem.startsWith(file + ": can't be read"));
        assertThat(problems(Optional.of(directory), Map.of(), List.of())).hasSize(1);
    }

    private GatewayConfig file(String yaml) throws IOException {
        return ConfigLoader.load(Optional.of(write(yaml)), Map.of(), List.of());
    }

    private static GatewayConfig set(String setting) {
        return ConfigLoader.load(Optional.empty(), Map.of(), List.of(setting));
    }

    private List<String> problemsOf(String yaml) throws IOException {
        return problems(Optional.of(write(yaml)), Map.of(), List.of());
    }

    private static List<String> problems(Optional<Path> file, Map<String, String> environment, List<String> settings) {
        ConfigException refused =
                catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(file, environment, settings));
        assertThat(refused).as("the configuration is refused").isNotNull();
        return refused.getMessage().lines().toList();
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(directory.resolve("config.yaml"), yaml, StandardCharsets.UTF_8);
    }
}
