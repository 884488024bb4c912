package io.magpie.gateway.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private long now = Long.MAX_VALUE - 5;
    private final Breaker breaker = new Breaker(3, Duration.ofSeconds(5), () -> now);

    @Test
    void letsAllPassWhileThereAreFewFailures() {
        fail(2);

        assertThat(breaker.pass()).isTrue();
        assertThat(breaker.waitNanos()).isZero();
    }

    @Test
    void opensAfterSoManyFailuresInARow() {
        assertThat(breaker.failed()).isFalse();
        assertThat(breaker.failed()).isFalse();
        assertThat(breaker.failed()).isTrue();

        assertThat(breaker.pass()).isFalse();
        assertThat(breaker.waitNanos()).isEqualTo(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void forgetsFailuresWhenThereIsAnAnswer() {
        fail(2);
        assertThat(breaker.succeeded()).isFalse();
        fail(2);

        assertThat(breaker.pass()).isTrue();
    }

    @Test
    void letsOneTryAfterAWhile() {
        fail(3);
        advance(4_999);
        assertThat(breaker.pass()).isFalse();

        advance(1);

        assertThat(breaker.pass()).isTrue();
        assertThat(breaker.pass()).isFalse();
        assertThat(breaker.pass()).isFalse();
    }

    @Test
    void closesWhenTheOneThatTriesIsAnswered() {
        fail(3);
        advance(5_000);
        breaker.pass();

        assertThat(breaker.succeeded()).isTrue();

        assertThat(breaker.pass()).isTrue();
        fail(2);
        assertThat(breaker.pass()).isTrue();
    }

    @Test
    void staysOpenForAnotherWhileWhenTheOneThatTriesFails() {
        fail(3);
        advance(5_000);
        breaker.pass();

        assertThat(breaker.failed()).isFalse();

        advance(4_999);
        assertThat(breaker.pass()).isFalse();
        advance(1);
        assertThat(breaker.pass()).isTrue();
    }

    @Test
    void isntKeptOpenByQuestionsThatWereUnderWay() {
        fail(3);
        advance(4_000);
        fail(40);

        advance(1_000);

        assertThat(breaker.pass()).isTrue();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed();
        }
    }

    private void advance(long millis) {
        now += Duration.ofMillis(millis).toNanos();
    }
}
