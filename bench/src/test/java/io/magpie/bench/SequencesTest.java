package io.magpie.bench;

import static io.magpie.bench.Sequences.Step.AHEAD;
import static io.magpie.bench.Sequences.Step.DUPLICATE;
import static io.magpie.bench.Sequences.Step.LATE;
import static io.magpie.bench.Sequences.Step.NEXT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SequencesTest {
    private final Sequences sequences = new Sequences(2);

    @Test
    void expectsOneAfterTheOther() {
        assertThat(sequences.accept(0, 1)).isEqualTo(NEXT);
        assertThat(sequences.accept(0, 2)).isEqualTo(NEXT);
        assertThat(sequences.accept(1, 1)).isEqualTo(NEXT);
        assertThat(sequences.last(0)).isEqualTo(2);
        assertThat(sequences.missing()).isZero();
    }

    @Test
    void goesOnAfterTheGivenNumber() {
        sequences.startAfter(0, 41);
        assertThat(sequences.accept(0, 42)).isEqualTo(NEXT);
        assertThat(sequences.accept(0, 41)).isEqualTo(DUPLICATE);
    }

    @Test
    void countsWhatIsJumpedOver() {
        assertThat(sequences.accept(0, 4)).isEqualTo(AHEAD);
        assertThat(sequences.missing()).isEqualTo(3);
    }

    @Test
    void tellsALateNumberFromADuplicate() {
        assertThat(sequences.accept(0, 1)).isEqualTo(NEXT);
        assertThat(sequences.accept(0, 3)).isEqualTo(AHEAD);
        assertThat(sequences.accept(0, 2)).isEqualTo(LATE);
        assertThat(sequences.accept(0, 2)).isEqualTo(DUPLICATE);
        assertThat(sequences.accept(0, 3)).isEqualTo(DUPLICATE);
        assertThat(sequences.missing()).isZero();
    }

    @Test
    void remembersTheLast64() {
        sequences.startAfter(0, 100);
        assertThat(sequences.accept(0, 164)).isEqualTo(AHEAD);
        assertThat(sequences.missing()).isEqualTo(63);
        assertThat(sequences.accept(0, 101)).isEqualTo(LATE);
        assertThat(sequences.accept(0, 101)).isEqualTo(DUPLICATE);
    }

    @Test
    void takesWhatIsTooOldForLateWhileAnythingIsMissing() {
        assertThat(sequences.accept(0, 1000)).isEqualTo(AHEAD);
        assertThat(sequences.accept(0, 3)).isEqualTo(LATE);
        assertThat(sequences.missing()).isEqualTo(998);
        sequences.startAfter(1, 1000);
        Sequences complete = new Sequences(1);
        complete.startAfter(0, 1000);
        assertThat(complete.accept(0, 3)).isEqualTo(DUPLICATE);
    }

    @Test
    void agreesWithASetWhileDisorderIsWithinTheWindow() {
        Random random = new Random(42);
        BitSet set = new BitSet();
        int highest = 0;
        for (int i = 0; i < 20_000; i++) {
            int number = Math.max(1, highest + 3 - random.nextInt(60));
            Sequences.Step expected =
                    set.get(number) ? DUPLICATE : number == highest + 1 ? NEXT : number > highest ? AHEAD : LATE;
            assertThat(sequences.accept(0, number)).as("number %d", number).isEqualTo(expected);
            set.set(number);
            highest = Math.max(highest, number);
            assertThat(sequences.missing()).isEqualTo(highest - set.cardinality());
        }
    }
}
