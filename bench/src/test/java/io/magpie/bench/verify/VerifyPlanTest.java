package io.magpie.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerifyPlanTest {
    @ParameterizedTest
    @EnumSource(Fault.class)
    void aFaultIsReadAsItIsWritten(Fault fault) {
        assertThat(Fault.of(fault.word())).isEqualTo(fault);
    }

    @Test
    void damageIsARunOfItsOwn() {
        assertThatThrownBy(() -> faults(Set.of(Fault.CORRUPT, Fault.KILL)))
                .hasMessage("corrupt is a run of its own and goes with no other fault");
    }

    @Test
    void aSmallDiskDoesNotOutliveItsServer() {
        assertThatThrownBy(() -> faults(Set.of(Fault.DISK_FULL, Fault.KILL)))
                .hasMessageStartingWith("disk-full can't be combined with a restart");
    }

    @Test
    void whatALossOfPowerMayTakeIsNoFault() {
        VerifyPlan.Load load = new VerifyPlan.Load(1, 1, 1, 1, 100, 0, Duration.ofSeconds(1));
        VerifyPlan.Log process = new VerifyPlan.Log(VerifyPlan.Log.Kind.DISK, VerifyPlan.Log.Durability.PROCESS);
        assertThatThrownBy(() -> new VerifyPlan(1, load, faults(Set.of(Fault.POWER)), process, Duration.ZERO))
                .hasMessageStartingWith("power needs --durability fsync");
    }

    private static VerifyPlan.Faults faults(Set<Fault> kinds) {
        return new VerifyPlan.Faults(kinds, 1, Duration.ZERO, 0.2, Duration.ZERO, Duration.ofSeconds(3));
    }
}
