package io.magpie.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class BarsTest {
    private static final Level FOUR = Level.window(4);

    @Test
    void takeTheBestTransportAndEpollOnItsOwn() {
        List<Bar> bars = bars(
                Samples.figures(Scenario.S1, "magpie-epoll", FOUR, 1, 0.84),
                Samples.figures(Scenario.S1, "magpie-uring", FOUR, 1, 0.76),
                Samples.figures(Scenario.S1, "stock", FOUR, 1, 4),
                Samples.figures(Scenario.S1, "relay", FOUR, 1, 2.6));
        assertThat(bars)
                .extracting(Bar::what, Bar::server, Bar::met)
                .containsExactly(
                        tuple("S1 w=4 CPU per delivery ÷ stock", "magpie-uring", true),
                        tuple("S1 w=4 CPU per delivery ÷ relay", "magpie-uring", true),
                        tuple("S1 w=4 CPU per delivery ÷ stock", "magpie-epoll", true));
    }

    @Test
    void sayHowFarAFigureIsFromItsLimit() {
        Bar bar = bars(
                        Samples.figures(Scenario.S5, "magpie-epoll", FOUR, 1, 2),
                        Samples.figures(Scenario.S5, "stock", FOUR, 1, 4))
                .get(0);
        assertThat(bar.met()).isFalse();
        assertThat(bar.value()).isEqualTo(0.5);
        assertThat(bar.distance()).isCloseTo(1.0, within(1e-9));
    }

    @Test
    void areOnlyThoseThatWereMeasured() {
        assertThat(bars(Samples.figures(Scenario.S1, "stock", FOUR, 1, 4))).isEmpty();
        assertThat(bars(Samples.figures(Scenario.S1, "magpie-epoll", FOUR, 1, 4)))
                .isEmpty();
    }

    @Test
    void compareP99InManyRooms() {
        Level rate = Level.rate(8000);
        assertThat(bars(
                        Samples.figures(Scenario.S2, "magpie-epoll", rate, 1, 3),
                        Samples.figures(Scenario.S2, "stock", rate, 1, 4)))
                .extracting(Bar::what, Bar::value)
                .contains(tuple("S2 p99 ÷ stock", 0.75));
    }

    @Test
    void wantTheLargeRoomSustained() {
        Level rate = Level.rate(20);
        List<Bar> bars = bars(
                Samples.behind(Scenario.S3, "magpie-epoll", rate, 100_000, 0),
                Samples.figures(Scenario.S3, "stock", rate, 1, 4));
        assertThat(bars)
                .extracting(Bar::what, Bar::met)
                .contains(tuple("S3 p99 in ms", false), tuple("S3 rounds in which it fell behind", false));
    }

    @Test
    void compareHealthyMembersWithAndWithoutStoppedOnes() {
        List<Bar> bars = bars(
                Samples.figures(Scenario.S6, Contestant.of("magpie-epoll"), FOUR, 1, 1, 10),
                Samples.figures(Scenario.S6, new Contestant("magpie-epoll", 100), FOUR, 1, 1.1, 13));
        assertThat(bars)
                .extracting(Bar::what, Bar::server, Bar::met)
                .containsExactly(
                        tuple("S6 w=4 CPU per delivery ÷ all reading", "magpie-epoll, 100 stopped", true),
                        tuple("S6 p99 ÷ all reading", "magpie-epoll, 100 stopped", false));
    }

    @Test
    void holdADurableLogAgainstOneInMemory() {
        Level rate = Level.rate(8000);
        assertThat(bars(
                        Samples.figures(Scenario.S1, "magpie-epoll", FOUR, 1, 1),
                        Samples.figures(Scenario.S1, "magpie-disk", FOUR, 1, 1.2),
                        Samples.figures(Scenario.S2, "magpie-epoll", rate, 1, 2),
                        Samples.figures(Scenario.S2, "magpie-disk", rate, 1, 3)))
                .extracting(Bar::what, Bar::server, Bar::value, Bar::met)
                .containsExactly(
                        tuple("S1 w=4 disk CPU per delivery ÷ memory", "magpie-disk", 1.2, true),
                        tuple("S2 8000/s disk CPU per delivery ÷ memory", "magpie-disk", 1.5, false));
    }

    private static List<Bar> bars(Figures... figures) {
        return Bars.of(new Results(List.of(figures), List.of()));
    }
}
