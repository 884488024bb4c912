package io.magpie.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Phones hide, show themselves, join, leave, lose their connections and come back with their tickets at any moment, on
 * several loops. A failure names the seed that repeats it.
 */
class SessionInterleavingTest {
    private static final int LOOPS = 3;

    @Test
    void losesAndDoublesNothingInAnyOrderOfSteps() {
        int ends = 0;
        for (long seed = 1; seed <= 60; seed++) {
            List<String> faults = new ArrayList<>();
            ends += simulate(new Random(seed), faults);
            assertThat(faults).as("seed %s", seed).isEmpty();
        }
        assertThat(ends).as("places at which phones ended together").isGreaterThan(120);
    }

    /** How many places in rooms there were at the end where phones should agree. */
    private static int simulate(Random random, List<String> faults) {
        try (SessionRig rig = new SessionRig(LOOPS, SessionRig.small())) {
            List<Phone> phones = IntStream.range(0, 5)
                    .mapToObj(i -> new Phone("phone " + i, rig, random, faults))
                    .toList();
            for (int step = 0; step < 600; step++) {
                if (random.nextInt(3) == 0) {
                    phones.get(random.nextInt(phones.size())).act();
                } else {
                    rig.loops.get(random.nextInt(LOOPS)).step();
                }
                phones.forEach(Phone::hear);
            }
            rig.settle();
            phones.forEach(Phone::hear);
            phones.forEach(Phone::settle);
            rig.settle();
            phones.forEach(Phone::hear);
            Map<String, Long> heads = new HashMap<>();
            phones.forEach(phone -> phone.seqs().forEach((room, seq) -> heads.merge(room, seq, Math::max)));
            phones.forEach(phone -> phone.seqs().forEach((room, seq) -> {
                if (!seq.equals(heads.get(room))) {
                    faults.add("of " + room + " somebody heard " + seq + " only, not " + heads.get(room));
                }
            }));
            assertThat(rig.gauge("magpie.members.behind")).isZero();
            assertThat(rig.gauge("magpie.connections.hidden")).isZero();
            assertThat(rig.gauge("magpie.members"))
                    .isEqualTo(phones.stream()
                            .mapToInt(phone -> phone.seqs().size())
                            .sum());
            return heads.size();
        }
    }
}
