package io.magpie.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.yardstick.Yardstick;
import io.magpie.bench.yardstick.Yardsticks;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScenarioTest {
    private static final int ALL = 10_000;
    private static final List<String> SERVERS =
            Yardsticks.all(Yardsticks.home()).stream().map(Yardstick::name).toList();

    @Test
    void hasAllServersInTheFirstButThoseInPlainMode() {
        assertThat(Scenario.S1.contestants(SERVERS, List.of(), ALL))
                .extracting(Contestant::server)
                .contains("magpie-epoll", "stock", "vertx", "nats", "relay")
                .doesNotContainAnyElementsOf(Servers.PLAIN);
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void namesOnlyServersThatThereAre(Scenario scenario) {
        assertThat(scenario.contestants(SERVERS, List.of(), ALL))
                .isNotEmpty()
                .extracting(Contestant::server)
                .isSubsetOf(SERVERS);
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void hasADurableLogOnlyWhereItIsWanted(Scenario scenario) {
        assertThat(scenario.contestants(SERVERS, List.of(), ALL))
                .extracting(Contestant::server)
                .doesNotContain(Servers.DISK);
        assertThat(scenario.contestants(SERVERS, List.of(Servers.DISK), ALL))
                .extracting(Contestant::server)
                .contains(Servers.DISK);
    }

    @Test
    void hasTheServersThatAreWantedAndCanRun() {
        assertThat(Scenario.S2.contestants(List.of("stock"), List.of("nats", "stock"), ALL))
                .containsExactly(Servers.STOCK);
    }

    @Test
    void comparesEveryServerOverTlsWithItselfWithout() {
        List<String> servers = Yardsticks.withTls(Yardsticks.home()).stream()
                .map(Yardstick::name)
                .toList();
        assertThat(Scenario.TLS.contestants(servers, List.of(), ALL))
                .extracting(Contestant::server)
                .containsExactly(
                        "magpie-epoll", "magpie-wss", "magpie-wss-jdk", "stock", "stock-wss", "nchan", "nchan-wss");
        assertThat(Scenario.TLS.bases(Contestant.of("magpie-wss-jdk"))).containsExactly(Contestant.of("magpie-epoll"));
        assertThat(Scenario.TLS.bases(Contestant.of("nchan-wss"))).containsExactly(Contestant.of("nchan"));
        assertThat(Scenario.TLS.bases(Servers.STOCK)).containsExactly(Servers.STOCK);
    }

    @Test
    void areComparedWithoutTls() {
        assertThat(Scenario.COMPARED).doesNotContain(Scenario.TLS).hasSize(Scenario.values().length - 1);
    }

    @Test
    void stopsATenthOfTheMembersInTheLast() {
        assertThat(Scenario.S6.contestants(SERVERS, List.of(), ALL))
                .extracting(Contestant::label)
                .containsExactly("magpie-epoll", "magpie-epoll, 100 stopped");
        assertThat(Scenario.S6.contestants(SERVERS, List.of(), 50).get(1).stopped())
                .isEqualTo(5);
    }
}
