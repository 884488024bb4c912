package io.magpie.gateway.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Buckets, one by one and for many. */
class SharedBucketsTest {
    private final AtomicLong nanos = new AtomicLong(TimeUnit.DAYS.toNanos(-1));

    @Test
    void aBucketLetsTwiceItsRateThroughAtOnceAndThenItsRate() {
        TokenBucket bucket = new TokenBucket(10, nanos.get());
        for (int i = 0; i < 20; i++) {
            assertThat(bucket.take(nanos.get())).isZero();
        }

        assertThat(bucket.take(nanos.get())).isEqualTo(100);
        pass(99);
        assertThat(bucket.take(nanos.get())).isEqualTo(1);
        pass(1);
        assertThat(bucket.take(nanos.get())).isZero();
        pass(1_000);
        for (int i = 0; i < 10; i++) {
            assertThat(bucket.take(nanos.get())).isZero();
        }
        assertThat(bucket.take(nanos.get())).isPositive();
    }

    @Test
    void aBucketNeverHoldsMore() {
        TokenBucket bucket = new TokenBucket(1, nanos.get());
        pass(1_000_000);

        assertThat(bucket.take(nanos.get())).isZero();
        assertThat(bucket.take(nanos.get())).isZero();
        assertThat(bucket.take(nanos.get())).isEqualTo(1_000);
    }

    @Test
    void everyKeyHasABucketOfItsOwn() {
        SharedBuckets<String> buckets = new SharedBuckets<>(1, nanos::get);

        assertThat(buckets.take("a") + buckets.take("a") + buckets.take("b")).isZero();
        assertThat(buckets.take("a")).isEqualTo(1_000);
        assertThat(buckets.take("b")).isZero();
    }

    @Test
    void noRateIsNoLimit() {
        SharedBuckets<String> buckets = new SharedBuckets<>(0, nanos::get);
        for (int i = 0; i < 1_000; i++) {
            assertThat(buckets.take("a")).isZero();
        }
        assertThat(buckets.size()).isZero();
    }

    @Test
    void fullBucketsAreForgottenAndOthersAreNot() {
        SharedBuckets<Integer> buckets = new SharedBuckets<>(1, nanos::get);
        for (int i = 0; i < 2_000; i++) {
            buckets.take(i);
        }
        pass(5_000);
        buckets.take(7);
        buckets.take(7);
        assertThat(buckets.size()).isEqualTo(1);

        assertThat(buckets.take(7)).isEqualTo(1_000);
    }

    private void pass(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
