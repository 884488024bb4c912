package io.magpie.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.compare.load.Entrance;
import io.magpie.bench.compare.load.Secured;
import io.magpie.bench.compare.load.Security;
import io.magpie.bench.yardstick.Yardstick;
import io.magpie.bench.yardstick.Yardsticks;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandshakesTest {
    private static final List<Yardstick> ALL = Yardsticks.withTls(Yardsticks.home());

    @Test
    void everyServerOverTlsIsThereWithoutToo() {
        List<String> without = ALL.stream()
                .filter(yardstick -> !yardstick.tls())
                .map(Yardstick::name)
                .toList();
        assertThat(ALL)
                .extracting(yardstick -> Servers.withoutTls(yardstick.name()))
                .isSubsetOf(without);
    }

    @Test
    void kindsFollowFromTheServer() {
        assertThat(kinds("stock")).containsExactly(Security.NONE);
        assertThat(kinds("magpie-wss")).containsExactly(Security.TLS, Security.RESUMED, Security.OLD);
        assertThat(kinds("magpie-wss-rsa")).containsExactly(Security.TLS);
    }

    @Test
    void countAsResumedWhatShowedNoCertificate() {
        Entrance entrance = new Entrance(200, 100_000_000, 50_000_000, 20_000_000, new Secured(5, "a cipher"));
        HandshakeFigures figures = HandshakeFigures.of("magpie-wss", Security.RESUMED, 1, entrance);
        assertThat(figures.resumed()).isEqualTo(195);
        assertThat(figures.resumedShare()).isEqualTo(0.975);
        assertThat(figures.cpuMicros()).isEqualTo(250);
        assertThat(figures.millisEach()).isEqualTo(0.5);
        assertThat(figures.serverCores()).isEqualTo(0.5);
        assertThat(HandshakeFigures.of("stock", Security.NONE, 1, entrance).resumed())
                .isZero();
    }

    private static List<Security> kinds(String name) {
        return ALL.stream()
                .filter(yardstick -> yardstick.name().equals(name))
                .map(Handshakes::kinds)
                .findFirst()
                .orElseThrow();
    }
}
