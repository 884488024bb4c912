package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.magpie.protocol.Encoding;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoadRigTest {
    private static final double SECOND = 1e9;

    private final FakeTicker ticker = new FakeTicker();
    private final FakeFleet fleet = new FakeFleet(ticker);
    private final StringWriter shown = new StringWriter();
    private final BenchPlan plan = Plans.small(Encoding.JSON);
    private final LoadRig rig =
            new LoadRig(plan, fleet, ServerProbe.none(), ticker, new LineProgress(new PrintWriter(shown)));

    @Test
    void connectsPublishesAndFinishesInThisOrder() throws Exception {
        rig.run();
        assertThat(fleet.orders).containsExactly("connect", "publish", "finish");
    }

    @Test
    void publishesWhenEverybodyHasConnected() throws Exception {
        Measurement run = rig.run();
        assertThat(run.rampNanos() / SECOND).isBetween(0.3, 0.4);
        assertThat(run.schedule().start()).isGreaterThan(1_000 + fleet.rampNanos);
    }

    @Test
    void measuresBetweenWarmUpAndEnd() throws Exception {
        Measurement run = rig.run();
        assertThat(run.before().time()).isEqualTo(run.schedule().measureFrom());
        assertThat(run.after().time()).isEqualTo(run.schedule().end());
        assertThat(run.deliveriesPerSecond()).isCloseTo(20, within(0.6));
        assertThat(run.sentPerSecond()).isCloseTo(10, within(0.1));
        assertThat(run.busiestLoop()).isCloseTo(0.5, within(0.01));
        assertThat(run.serverCores()).isNaN();
    }

    @Test
    void waitsForTheLastDeliveriesAndForDuplicatesAfterThem() throws Exception {
        fleet.latency = TimeUnit.MILLISECONDS.toNanos(1_200);
        Measurement run = rig.run();
        assertThat(run.count(Count.DELIVERED)).isEqualTo(50);
        double drained = (ticker.nanoTime() - run.schedule().end()) / SECOND;
        assertThat(drained).isBetween(1.3, 1.6);
    }

    @Test
    void waitsForLostDeliveriesNoLongerThanTheGrace() throws Exception {
        fleet.losing = 1;
        Measurement run = rig.run();
        double drained = (ticker.nanoTime() - run.schedule().end()) / SECOND;
        assertThat(drained).isBetween(2.0, 2.4);
        assertThat(Judge.reasons(plan, run)).anyMatch(reason -> reason.contains("1 deliveries lost"));
    }

    @Test
    void letsALatePacerFinishAndSaysThatTheRateWasNotReached() throws Exception {
        fleet.speed = 0.8;
        Measurement run = rig.run();
        assertThat(run.count(Count.SENT_MEASURED)).isEqualTo(20);
        assertThat(run.sentPerSecond()).isLessThan(9);
        assertThat(Judge.reasons(plan, run)).anyMatch(reason -> reason.contains("messages/s were sent of 10.0"));
    }

    @Test
    void endsEarlyWhenAllConnectionsAreGone() throws Exception {
        fleet.dies = true;
        Measurement run = rig.run();
        assertThat((ticker.nanoTime() - run.schedule().measureFrom()) / SECOND).isLessThan(0.5);
    }

    @Test
    void isUnreachableIfNobodyConnects() {
        fleet.ready = 0;
        assertThatThrownBy(rig::run)
                .isInstanceOf(UnreachableException.class)
                .hasMessage("no client could connect: refused ×1");
        assertThat(fleet.orders).containsExactly("connect", "finish");
    }

    @Test
    void showsEachPhase() throws Exception {
        rig.run();
        assertThat(shown.toString().lines())
                .containsExactly(
                        "connect: 4 clients",
                        "connect: 4 of 4 clients done",
                        "warm up: 5 messages",
                        "warm up: 5 of 5 messages done",
                        "measure: 20 messages",
                        "measure: 20 of 20 messages done",
                        "drain: 50 deliveries",
                        "drain: 50 of 50 deliveries done");
    }
}
