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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When keys are read, by how many, and what comes of it. */
class KeySetTest {
    private static final int THREADS = 8;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final AtomicInteger reads = new AtomicInteger();
    private final CountDownLatch asking = new CountDownLatch(THREADS);
    private JWKSet there = new JWKSet();
    private boolean broken;

    private final KeySet set = new KeySet(
            () -> {
                reads.incrementAndGet();
                if (broken) {
                    throw new IOException("planned");
                }
                return there;
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
        broken = true;
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(set::keys).isInstanceOf(KeySet.UnavailableException.class);
            pass(Duration.ofSeconds(6));
        }
        assertThat(reads).hasValue(1);

        broken = false;
        JWKSet first = set.keys();
        broken = true;
        assertThat(set.keysAfter(first)).as("the old ones count").isSameAs(first);
        assertThat(set.keysAfter(first)).isSameAs(first);
        assertThat(reads).hasValue(3);
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
        KeySet slow = new KeySet(this::slowly, nanos::get);

        assertThat(together(slow::keys)).hasSize(THREADS).allMatch(there::equals);

        assertThat(reads).hasValue(1);
    }

    @Test
    void whoWaitsInVainDoesntTryItself() throws Exception {
        KeySet slow = new KeySet(
                () -> {
                    slowly();
                    throw new IOException("planned");
                },
                nanos::get);

        assertThat(together(() -> {
                    assertThatThrownBy(slow::keys).isInstanceOf(KeySet.UnavailableException.class);
                    return there;
                }))
                .hasSize(THREADS);

        assertThat(reads).hasValue(1);
    }

    /** Reads when everybody has come. */
    private JWKSet slowly() {
        reads.incrementAndGet();
        try {
            assertThat(asking.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return there;
    }

    private List<JWKSet> together(Callable<JWKSet> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<JWKSet>> calls = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                calls.add(threads.submit(() -> {
                    asking.countDown();
                    return call.call();
                }));
            }
            List<JWKSet> results = new ArrayList<>();
            for (Future<JWKSet> one : calls) {
                results.add(one.get(10, TimeUnit.SECONDS));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private void pass(Duration span) {
        nanos.addAndGet(span.toNanos());
    }

    private static JWKSet keys() throws Exception {
        return new JWKSet(
                new ECKeyGenerator(Curve.P_256).keyID("one").generate().toPublicJWK());
    }
}
