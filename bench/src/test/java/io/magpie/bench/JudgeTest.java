package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.Encoding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {
    private final Runs run = new Runs();

    @Test
    void findsNothingWrongWithACleanRun() {
        assertThat(reasons(Encoding.JSON)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "LOST, 3 deliveries lost",
        "DUPLICATED, 3 deliveries duplicated",
        "OUT_OF_ORDER, 3 deliveries out of order",
        "CORRUPT, 3 deliveries with changed bytes",
        "MISMATCHED, 3 clients got other messages than were published",
        "FOREIGN, 3 deliveries of messages that this run didn't send",
        "GAPS, 3 gap envelopes",
        "UNREADABLE, 3 frames couldn't be read",
        "UNSENT, 3 messages couldn't be sent (socket closed or full)"
    })
    void failsOnAnyFault(Count count, String reason) {
        run.counts.add(count, 3);
        assertThat(reasons(Encoding.JSON)).containsExactly(reason);
    }

    @Test
    void failsOnConnectionsThatFailedOrClosed() {
        run.counts.add(Count.READY, -1);
        run.counts.increment(Count.CLOSED);
        run.failures.add("closed with 4500 bad token");
        run.closes.add("4003 too slow");
        assertThat(reasons(Encoding.JSON))
                .containsExactly(
                        "3 of 4 clients connected (closed with 4500 bad token ×1)",
                        "1 connections were closed (4003 too slow ×1)");
    }

    @Test
    void failsOnErrorsAndNamesTheirCodes() {
        run.counts.add(Count.ACKNOWLEDGED, -2);
        run.counts.add(Count.ERRORS, 2);
        run.errors.add("busy");
        run.errors.add("busy");
        assertThat(reasons(Encoding.JSON)).containsExactly("2 error envelopes (busy ×2)");
    }

    @Test
    void failsOnAMissingOkWhereThereAreOks() {
        run.counts.add(Count.ACKNOWLEDGED, -1);
        assertThat(reasons(Encoding.JSON)).containsExactly("29 messages acknowledged of 30");
        run.counts.add(Count.ACKNOWLEDGED, -29);
        assertThat(reasons(Encoding.PLAIN)).isEmpty();
    }

    @Test
    void failsBelow99PercentOfTheRate() {
        run.counts.add(Count.SENT_MEASURED, -1);
        assertThat(reasons(Encoding.JSON)).containsExactly("9.5 messages/s were sent of 10.0");
    }

    @Test
    void blamesTheBenchIfItsPacerWasLate() {
        run.lagNanos = 20_000_000;
        assertThat(reasons(Encoding.JSON))
                .containsExactly("the bench is the bottleneck: 1 % of its sends were 20.0 ms late or more,"
                        + " with its loops at most 50 % busy; the machine is short of CPU");
    }

    @Test
    void blamesTheBenchIfALoopWasSaturated() {
        run.loopCpu = 2 * Runs.SECOND - Runs.SECOND / 50;
        assertThat(reasons(Encoding.JSON))
                .containsExactly("the bench is the bottleneck: an event loop of it is 99 % busy");
    }

    @Test
    void failsIfNothingWasMeasured() {
        Measurement measured = run.measurement();
        run.recorder.deliveries().reset();
        assertThat(Judge.reasons(Plans.small(Encoding.JSON), measured))
                .containsExactly("nothing was delivered while measuring");
    }

    private List<String> reasons(Encoding mode) {
        return Judge.reasons(Plans.small(mode), run.measurement());
    }
}
