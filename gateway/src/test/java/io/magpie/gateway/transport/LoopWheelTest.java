package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopWheelTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<Long> lags = new ArrayList<>();
    private final LoopWheel wheel = new LoopWheel(channel.eventLoop(), lags::add);
    private final List<Long> visits = new ArrayList<>();
    private final List<Integer> order = new ArrayList<>();

    @BeforeEach
    void start() {
        channel.freezeTime();
        wheel.start();
        channel.runPendingTasks();
    }

    @Test
    void countsTicks() {
        tick(3);

        assertThat(wheel.now()).isEqualTo(3);
        assertThat(lags).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 1", "PT0.001S, 1", "PT1S, 1", "PT1.001S, 2", "PT5S, 5", "PT127S, 127"})
    void visitsAnEntryAfterItsDelayRoundedUp(Duration delay, long tick) {
        wheel.add(this::visitOnce, delay);
        tick(tick - 1);
        assertThat(visits).isEmpty();

        tick(300);
        assertThat(visits).containsExactly(tick);
    }

    @Test
    void countsTheDelayFromNow() {
        tick(200);
        wheel.add(this::visitOnce, Duration.ofSeconds(100));
        tick(150);

        assertThat(visits).containsExactly(300L);
    }

    @ParameterizedTest
    @CsvSource({"1, PT1S, 2", "999, PT1S, 2", "500, PT0.5S, 1", "501, PT0.5S, 2", "1000, PT1S, 2"})
    void givesTheWholeDelayAlsoWithinASecond(long millisSinceTheTick, Duration delay, long tick) {
        channel.advanceTimeBy(millisSinceTheTick, TimeUnit.MILLISECONDS);
        wheel.add(this::visitOnce, delay);
        assertThat(wheel.due(delay)).isEqualTo(tick);

        tick(300);
        assertThat(visits).containsExactly(tick);
    }

    @Test
    void wakesAnEntryThatSleepsLongerThanATurnEarlySoThatItAsksAgain() {
        wheel.add(now -> visitUntil(now, 500), Duration.ofSeconds(500));
        tick(600);

        assertThat(visits).first().isEqualTo(127L);
        assertThat(visits).last().isEqualTo(500L);
        assertThat(visits).hasSizeLessThan(6);
    }

    @Test
    void visitsAnEntryAgainAfterWhatItAnswers() {
        wheel.add(
                now -> {
                    visits.add(now);
                    return visits.size() < 4 ? 10 : 0;
                },
                Duration.ofSeconds(5));
        tick(100);

        assertThat(visits).containsExactly(5L, 15L, 25L, 35L);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, -1_000})
    void forgetsAnEntryThatWantsNoMoreVisits(long answer) {
        wheel.add(
                now -> {
                    visits.add(now);
                    return answer;
                },
                Duration.ofSeconds(1));
        tick(300);

        assertThat(visits).hasSize(1);
    }

    @Test
    void visitsTheOthersWhenOneFails() {
        wheel.add(this::visitOnce, Duration.ofSeconds(1));
        wheel.add(
                now -> {
                    throw new IllegalStateException("planned by the test");
                },
                Duration.ofSeconds(1));
        wheel.add(
                now -> {
                    throw new AssertionError("planned by the test");
                },
                Duration.ofSeconds(1));
        wheel.add(this::visitOnce, Duration.ofSeconds(1));
        wheel.add(this::visitOnce, Duration.ofSeconds(2));
        tick(300);

        assertThat(visits).containsExactly(1L, 1L, 2L);
    }

    @Test
    void takesEntriesThatAreAddedWithinAVisit() {
        wheel.add(
                now -> {
                    wheel.add(this::visitOnce, Duration.ofSeconds(1));
                    return 0;
                },
                Duration.ofSeconds(1));
        tick(300);

        assertThat(visits).containsExactly(2L);
    }

    @Test
    void letsNoTimePassWhileItsLoopStandsStill() {
        channel.advanceTimeBy(100, TimeUnit.SECONDS);
        channel.runPendingTasks();

        assertThat(wheel.now()).isEqualTo(1);
    }

    @Test
    void visitsManyEntriesInTurnsOfTheLoop() {
        addMany(3 * LoopWheel.CHUNK - 1);
        tick(1);
        assertThat(visits).hasSize(LoopWheel.CHUNK);

        turn();
        assertThat(visits).hasSize(2 * LoopWheel.CHUNK);

        turn();
        assertThat(visits).hasSize(3 * LoopWheel.CHUNK - 1).containsOnly(1L);
        assertThat(order).isSorted();
    }

    @Test
    void countsNoTickWhileEntriesAreLeft() {
        addMany(4 * LoopWheel.CHUNK);
        wheel.add(this::visitOnce, Duration.ofSeconds(2));
        tick(3);
        assertThat(wheel.now()).isEqualTo(1);
        assertThat(lags).hasSize(3);

        tick(300);
        assertThat(visits).hasSize(4 * LoopWheel.CHUNK + 1).last().isEqualTo(2L);
        assertThat(order).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void takesEntriesThatAreAddedWhileOthersAreLeft() {
        addMany(2 * LoopWheel.CHUNK);
        tick(1);
        wheel.add(this::visitOnce, Duration.ofSeconds(1));
        wheel.add(this::visitOnce, Duration.ofSeconds(127));
        turn();
        assertThat(visits).hasSize(2 * LoopWheel.CHUNK).containsOnly(1L);

        tick(300);
        assertThat(visits.subList(2 * LoopWheel.CHUNK, visits.size())).containsExactly(2L, 128L);
    }

    @Test
    void keepsTheRhythmOfManyEntries() {
        for (int i = 0; i < 2 * LoopWheel.CHUNK; i++) {
            wheel.add(this::visitThrice, Duration.ofSeconds(10));
        }
        tick(300);

        assertThat(visits)
                .hasSize(6 * LoopWheel.CHUNK)
                .containsOnly(10L, 20L, 30L)
                .isSorted();
    }

    private long visitThrice(long now) {
        visits.add(now);
        return now < 30 ? 10 : 0;
    }

    private void addMany(int count) {
        for (int i = 0; i < count; i++) {
            int number = i;
            wheel.add(
                    now -> {
                        order.add(number);
                        return visitOnce(now);
                    },
                    Duration.ofSeconds(1));
        }
    }

    /** The loop's next turn: a moment later. */
    private void turn() {
        channel.advanceTimeBy(1, TimeUnit.NANOSECONDS);
        channel.runPendingTasks();
    }

    @Test
    void forgetsACrowdThatIsOverBeforeItsTime() {
        for (int i = 0; i < 2_000; i++) {
            wheel.add(new Guest(i % 2 == 0), Duration.ofSeconds(60 + i % 7));
        }
        for (int i = 0; i < 1_000; i++) {
            wheel.over();
        }
        assertThat(wheel.size()).as("not for so few").isEqualTo(2_000);

        for (int i = 0; i < 24; i++) {
            wheel.over();
        }
        assertThat(wheel.size()).isEqualTo(1_000);
        tick(70);
        assertThat(visits).as("those who stayed").hasSize(1_000);
        assertThat(wheel.size()).isZero();
    }

    @Test
    void walksThroughItsEntriesOnlyWhenManyOfThemAreOver() {
        for (int i = 0; i < 10_000; i++) {
            wheel.add(new Guest(i < 2_499), Duration.ofSeconds(60));
        }
        for (int i = 0; i < 2_499; i++) {
            wheel.over();
        }
        assertThat(wheel.size()).isEqualTo(10_000);

        wheel.over();
        assertThat(wheel.size()).isEqualTo(7_501);
    }

    private final class Guest implements LoopWheel.Timed {
        private final boolean gone;

        Guest(boolean gone) {
            this.gone = gone;
        }

        @Override
        public long onTick(long now) {
            return visitOnce(now);
        }

        @Override
        public boolean over() {
            return gone;
        }
    }

    private long visitOnce(long now) {
        visits.add(now);
        return 0;
    }

    private long visitUntil(long now, long due) {
        visits.add(now);
        return due - now;
    }

    private void tick(long times) {
        for (long i = 0; i < times; i++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runPendingTasks();
        }
    }
}
