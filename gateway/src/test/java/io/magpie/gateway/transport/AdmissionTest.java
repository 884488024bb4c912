package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final Admission admission = new Admission(2);

    @Test
    void takesAsManyAsThereArePlaces() {
        assertThat(admission.enter()).isTrue();
        assertThat(admission.enter()).isTrue();
        assertThat(admission.enter()).isFalse();
        assertThat(admission.open()).isFalse();
    }

    @Test
    void takesAnotherWhenOneHasLeft() {
        admission.enter();
        admission.enter();
        admission.leave();

        assertThat(admission.open()).isTrue();
        assertThat(admission.enter()).isTrue();
    }

    @Test
    void countsARefusalAsNothing() {
        admission.enter();
        admission.enter();
        for (int i = 0; i < 100; i++) {
            assertThat(admission.enter()).isFalse();
        }
        admission.leave();

        assertThat(admission.enter()).isTrue();
    }

    @Test
    void refusesEverybodyOnceItIsShutThoughAllLeave() {
        admission.enter();
        admission.shut();
        admission.leave();

        assertThat(admission.open()).isFalse();
        assertThat(admission.enter()).isFalse();
    }

    @Test
    void neverTakesMoreThanThereArePlacesFromManyThreads() throws Exception {
        Admission busy = new Admission(1_000);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Integer> greedy = () -> (int)
                    Stream.generate(busy::enter).limit(1_000).filter(got -> got).count();
            int taken = 0;
            for (Future<Integer> each :
                    Stream.generate(() -> threads.submit(greedy)).limit(4).toList()) {
                taken += each.get(10, TimeUnit.SECONDS);
            }
            assertThat(taken).isEqualTo(1_000);
        } finally {
            threads.shutdownNow();
        }
    }
}
