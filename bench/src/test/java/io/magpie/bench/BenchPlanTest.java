package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.protocol.Encoding;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchPlanTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final BenchPlan.Phases PHASES = Plans.phases(SECOND, SECOND);

    @Test
    void acceptsASmallPlan() {
        assertThatCode(() -> Plans.small(Encoding.JSON)).doesNotThrowAnyException();
    }

    @Test
    void acceptsARunWithoutWarmUp() {
        assertThatCode(() -> Plans.plan(
                        Plans.target(Encoding.JSON), Plans.load(1, 1, 0.5), Plans.phases(Duration.ZERO, SECOND)))
                .doesNotThrowAnyException();
    }

    @Test
    void listsAllProblemsAtOnce() {
        BenchPlan.Target target = new BenchPlan.Target(URI.create("http://x"), Encoding.JSON, Duration.ZERO, 0);
        BenchPlan.Load load = new BenchPlan.Load(0, 0, 0, 0, 1);
        BenchPlan.Phases phases = new BenchPlan.Phases(0, SECOND.negated(), Duration.ZERO, Duration.ZERO);
        assertThatThrownBy(() -> new BenchPlan(target, load, phases, 0, 1, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "--url",
                        "--connect-timeout",
                        "--source-addresses",
                        "--clients",
                        "--rooms",
                        "--publishers",
                        "--rate",
                        "--size must be 40 to 1048576, not 1",
                        "--ramp",
                        "--warmup",
                        "--duration",
                        "--grace",
                        "--threads",
                        "--server-pid");
    }

    @Test
    void refusesMoreRoomsThanClients() {
        assertThatThrownBy(() -> Plans.plan(Plans.target(Encoding.JSON), Plans.load(3, 4, 1), PHASES))
                .hasMessage("--rooms must be 1 to 3, not 4");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1})
    void refusesARateThatIsNoRate(double rate) {
        assertThatThrownBy(() -> Plans.plan(Plans.target(Encoding.JSON), Plans.load(3, 1, rate), PHASES))
                .hasMessageContaining("--rate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws:///path", "localhost:80", "/ws"})
    void refusesAUrlWithoutSchemeOrHost(String url) {
        assertThatThrownBy(() -> planTo(url, 1)).hasMessageContaining("--url").hasMessageContaining(url);
    }

    @Test
    void takesSeveralSourceAddressesToLoopbackOnly() {
        assertThatCode(() -> planTo("ws://localhost:80/", 9)).doesNotThrowAnyException();
        assertThatThrownBy(() -> planTo("ws://example.com/", 9)).hasMessageContaining("--source-addresses");
    }

    @Test
    void refusesAPlainLedgerThatDoesNotFitAndNamesTheCure() {
        BenchPlan.Load everybody = Plans.load(10_000, 1, 1);
        assertThatThrownBy(() -> Plans.plan(Plans.target(Encoding.PLAIN), everybody, PHASES))
                .hasMessageContaining("--publishers");
        assertThatCode(() -> Plans.plan(Plans.target(Encoding.JSON), everybody, PHASES))
                .doesNotThrowAnyException();
        BenchPlan.Load few = new BenchPlan.Load(10_000, 1, 100, 1, 64);
        assertThatCode(() -> Plans.plan(Plans.target(Encoding.PLAIN), few, PHASES))
                .doesNotThrowAnyException();
    }

    @Test
    void usesNoMoreLoopsThanPublishers() {
        BenchPlan.Load load = new BenchPlan.Load(10, 1, 2, 1, 64);
        BenchPlan plan = new BenchPlan(Plans.target(Encoding.JSON), load, PHASES, 8, 1, 0);
        assertThat(plan.loops()).isEqualTo(2);
    }

    @Test
    void spreadsClientsOverRooms() {
        BenchPlan.Load load = new BenchPlan.Load(10, 3, 7, 1, 64);
        assertThat(load.roomOf(0)).isZero();
        assertThat(load.roomOf(5)).isEqualTo(2);
        assertThat(load.publishersOfARoom()).isEqualTo(3);
    }

    private static BenchPlan planTo(String url, int sourceAddresses) {
        BenchPlan.Target target = new BenchPlan.Target(URI.create(url), Encoding.JSON, SECOND, sourceAddresses);
        return Plans.plan(target, Plans.load(1, 1, 1), PHASES);
    }
}
