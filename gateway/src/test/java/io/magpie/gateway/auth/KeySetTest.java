package io.magpie.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** When keys are read, by how many, and what comes of it. */
class KeySetTest {
    private static final int THREADS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final AtomicInteger reads = new AtomicInteger();
    private JWKSet there = new JWKSet();
    private KeySet.Place place = () -> there;

    /** Threads that ask at once. */
    private List<Thread> callers = List.of();

    /** Whether they all waited, but the one that read, before there was an answer. */
    private boolean othersWaited;

    private final KeySet set = new KeySet(
            () -> {
                reads.incrementAndGet();
                return place.read();
            },
            nanos::get);

    @Test
    void isReadWhenItIsWantedAndWhenItIsOld() throws Exception {
        assertThat(reads).hasValue(0);
        assertThat(set.keys()).isSameAs(there);
        pass(Duration.ofMinutes(5).minusNanos(1));
        set.keys();
        assertThat(reads).hasValue(1);

        pass(Duration.ofNanos(1));
        there = keys();

        assertThat(set.keys()).isSameAs(there);
        assertThat(reads).hasValue(2);
    }

    @Test
    void isReadForAMissingKeyAtMostOnceAMinute() throws Exception {
        JWKSet first = set.keys();
        there = keys();
        assertThat(set.keysAfter(first)).isSameAs(there);
        assertThat(set.keysAfter(first)).as("for another that looked before").isSameAs(there);
        assertThat(reads).hasValue(2);

        pass(Duration.ofMinutes(1).minusNanos(1));
        set.keysAfter(there);
        assertThat(reads).hasValue(2);
        pass(Duration.ofNanos(1));
        set.keysAfter(there);
        assertThat(reads).hasValue(3);
    }

    @Test
    void isLeftAloneForAMinuteWhenItCantBeRead() throws Exception {
        place = KeySetTest::broken;
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(set::keys).isInstanceOf(KeySet.UnavailableException.class);
            pass(Duration.ofSeconds(6));
        }
        assertThat(reads).hasValue(1);

        place = () -> there;
        JWKSet first = set.keys();
        assertThat(set.fresh()).isTrue();
        pass(Duration.ofSeconds(1));
        place = KeySetTest::broken;
        assertThat(set.keysAfter(first)).as("the old ones count").isSameAs(first);
        assertThat(set.keysAfter(first)).isSameAs(first);
        assertThat(reads).hasValue(3);
        assertThat(set.fresh()).as("there may be others by now").isFalse();

        place = () -> there;
        pass(Duration.ofMinutes(1));
        set.keysAfter(first);
        assertThat(reads).hasValue(4);
        assertThat(set.fresh()).isTrue();
        pass(Duration.ofMinutes(5));
        assertThat(set.fresh()).isFalse();
    }

    @Test
    void aFaultThatNobodyHasThoughtOfIsAFailureLikeOthers() throws Exception {
        KeySet faulty = new KeySet(
                () -> {
                    reads.incrementAndGet();
                    throw new IllegalStateException("planned");
                },
                nanos::get);

        assertThatThrownBy(faulty::keys).isInstanceOf(KeySet.UnavailableException.class);
        assertThatThrownBy(faulty::keys).isInstanceOf(KeySet.UnavailableException.class);
        assertThat(reads).hasValue(1);
    }

    @Test
    void isReadByOneThreadWhileOthersWaitForIt() throws Exception {
        there = keys();
        place = this::slowly;

        assertThat(together(set::keys)).hasSize(THREADS).allMatch(there::equals);

        assertThat(othersWaited).isTrue();
        assertThat(reads).hasValue(1);
    }

    @Test
    void isWaitedForAsWellWhenItIsAnHourOld() throws Exception {
        set.keys();
        pass(Duration.ofHours(1));
        there = keys();
        place = this::slowly;

        assertThat(together(set::keys)).hasSize(THREADS).allMatch(there::equals);

        assertThat(othersWaited).isTrue();
        assertThat(reads).hasValue(2);
    }

    @Test
    void whoLacksAKeyWaitsForTheThreadThatReads() throws Exception {
        JWKSet first = set.keys();
        there = keys();
        place = this::slowly;

        assertThat(together(() -> set.keysAfter(first))).hasSize(THREADS).allMatch(there::equals);

        assertThat(othersWaited).isTrue();
        assertThat(reads).hasValue(2);
    }

    @Test
    void whoLacksNoneHasTheOldOnesAtOnceWhileAnotherReads() throws Exception {
        JWKSet old = set.keys();
        pass(Duration.ofHours(1).minusNanos(1));
        there = keys();
        FutureTask<JWKSet> meanwhile = new FutureTask<>(set::keys);
        Thread other = new Thread(meanwhile);
        place = () -> {
            other.start();
            becomes(meanwhile::isDone);
            return there;
        };

        assertThat(set.keys()).isSameAs(there);

        assertThat(meanwhile.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isSameAs(old);
        assertThat(reads).hasValue(2);
    }

    @Test
    void whoWaitsInVainDoesntTryItself() throws Exception {
        place = () -> {
            slowly();
            return broken();
        };

        assertThat(together(() -> {
                    assertThatThrownBy(set::keys).isInstanceOf(KeySet.UnavailableException.class);
                    return there;
                }))
                .hasSize(THREADS);

        assertThat(othersWaited).isTrue();
        assertThat(reads).hasValue(1);
    }

    private static JWKSet broken() throws IOException {
        throw new IOException("planned");
    }

    /** Answers when all the others wait. */
    private JWKSet slowly() {
        othersWaited = becomes(() -> callers.stream()
                .filter(caller -> !caller.equals(Thread.currentThread()))
                .allMatch(caller -> caller.getState() == Thread.State.WAITING));
        return there;
    }

    /** Waits until something is so, but not for ever; whether it is. */
    private static boolean becomes(BooleanSupplier so) {
        long begun = System.nanoTime();
        boolean is = so.getAsBoolean();
        while (!is && System.nanoTime() - begun < PATIENCE.toNanos()) {
            Thread.onSpinWait();
            is = so.getAsBoolean();
        }
        return is;
    }

    /** Many threads call at once; what they got. A thread that has its answer has ended, and waits for nothing. */
    private List<JWKSet> together(Callable<JWKSet> call) throws Exception {
        List<FutureTask<JWKSet>> calls =
                Stream.generate(() -> new FutureTask<>(call)).limit(THREADS).toList();
        callers = calls.stream().map(Thread::new).toList();
        callers.forEach(Thread::start);
        List<JWKSet> results = new ArrayList<>();
        for (FutureTask<JWKSet> one : calls) {
            results.add(one.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
        return results;
    }

    private void pass(Duration span) {
        nanos.addAndGet(span.toNanos());
    }

    private static JWKSet keys() throws Exception {
        return new JWKSet(
                new ECKeyGenerator(Curve.P_256).keyID("one").generate().toPublicJWK());
    }
}
