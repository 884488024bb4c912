package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One connection that has to leave; many are let go over real sockets. */
class DepartureTest {
    @Test
    void aConnectionIsToldWhenItHasToLeaveAndLeavesThen() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.depart(1, Duration.ofSeconds(10), "the server restarts");
            assertThat(pipeline.session().events).contains("leaving in 10000 the server restarts");

            pipeline.pass(Duration.ofSeconds(9));
            assertThat(pipeline.frames()).isEmpty();
            assertThat(pipeline.departed()).isFalse();
            pipeline.pass(Duration.ofSeconds(1));

            assertThat(pipeline.frames())
                    .singleElement()
                    .satisfies(frame -> assertThat(frame.closeCode()).isEqualTo(1012));
            assertThat(pipeline.departed()).isTrue();
        }
    }

    @Test
    void nobodyLeavesAtOnceWhereNobodyIs() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.depart(1, Duration.ofSeconds(10), "the server restarts");

            assertThat(pipeline.departed()).isTrue();
        }
    }
}
