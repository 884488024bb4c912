package io.magpie.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.engine.MessageWindow;
import io.magpie.protocol.Body;
import io.magpie.protocol.Event;
import io.magpie.protocol.Event.Unrecovered;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final RoomId ROOM = new RoomId("r");
    private static final String EPOCH = "now";

    /** Messages 11 to 20 are kept, the older ones are gone. */
    private final MessageWindow window = window(10, 20);

    @Test
    void givesNothingToWhoWantsNothing() {
        assertThat(plan(null, 0)).isEqualTo(new Recovery(null, null, List.of(), 20));
    }

    @Test
    void givesTheNewestToWhoComesFirst() {
        Recovery recovery = plan(null, 3);

        assertThat(recovery.reason()).isNull();
        assertThat(recovery.gap()).isNull();
        assertThat(seqs(recovery)).containsExactly(18L, 19L, 20L);
    }

    @Test
    void givesAsMuchHistoryAsThereIs() {
        assertThat(seqs(plan(null, 1_000)))
                .isEqualTo(LongStream.rangeClosed(11, 20).boxed().toList());
        assertThat(plan(window(10, 0), null, 5).missed()).isEmpty();
    }

    @Test
    void givesAllThatWasMissed() {
        Recovery recovery = plan(new Position(EPOCH, 15, Position.NO_TIME), 0);

        assertThat(recovery.reason()).isNull();
        assertThat(recovery.gap()).isNull();
        assertThat(seqs(recovery)).containsExactly(16L, 17L, 18L, 19L, 20L);
    }

    @Test
    void givesNoMoreThanWhatWasMissed() {
        assertThat(seqs(plan(new Position(EPOCH, 19, Position.NO_TIME), 10))).containsExactly(20L);
    }

    @Test
    void recoversWhoMissedNothing() {
        assertThat(plan(new Position(EPOCH, 20, Position.NO_TIME), 0))
                .isEqualTo(new Recovery(null, null, List.of(), 20));
    }

    @Test
    void recoversFromJustBeforeTheOldest() {
        Recovery recovery = plan(new Position(EPOCH, 10, Position.NO_TIME), 0);

        assertThat(recovery.reason()).isNull();
        assertThat(seqs(recovery))
                .isEqualTo(LongStream.rangeClosed(11, 20).boxed().toList());
    }

    @Test
    void doesNotTakeATimeItCannotCheckForAFork() {
        // The message at the position is gone; what follows is there.
        assertThat(plan(new Position(EPOCH, 10, 77), 0).reason()).isNull();
    }

    @Test
    void recoversFromTheVeryBeginning() {
        assertThat(seqs(plan(window(10, 5), new Position(EPOCH, 0, Position.NO_TIME), 0)))
                .containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(plan(window(10, 0), new Position(EPOCH, 0, Position.NO_TIME), 0)
                        .reason())
                .isNull();
    }

    @Test
    void refusesThePositionOfAnotherEpoch() {
        Recovery recovery = plan(new Position("before", 15, Position.NO_TIME), 2);

        assertThat(recovery.reason()).isEqualTo(Unrecovered.EPOCH);
        assertThat(recovery.gap()).isNull();
        assertThat(seqs(recovery)).containsExactly(19L, 20L);
    }

    @Test
    void refusesAPositionAheadOfTheHead() {
        Recovery recovery = plan(new Position(EPOCH, 21, Position.NO_TIME), 1);

        assertThat(recovery.reason()).isEqualTo(Unrecovered.AHEAD);
        assertThat(recovery.gap()).isNull();
        assertThat(seqs(recovery)).containsExactly(20L);
        assertThat(plan(new Position(EPOCH, (1L << 53) - 1, Position.NO_TIME), 0)
                        .missed())
                .isEmpty();
    }

    @Test
    void tellsTheGapWhenTheLogWasTrimmed() {
        Recovery recovery = plan(new Position(EPOCH, 9, Position.NO_TIME), 0);

        assertThat(recovery.reason()).isEqualTo(Unrecovered.TRIMMED);
        assertThat(recovery.gap()).isEqualTo(new Event.Gap(ROOM, 10, 20, Event.GapReason.TRIMMED));
        assertThat(recovery.missed()).isEmpty();
    }

    @Test
    void narrowsTheGapByTheHistoryThatIsAsked() {
        Recovery recovery = plan(new Position(EPOCH, 3, Position.NO_TIME), 4);

        assertThat(recovery.reason()).isEqualTo(Unrecovered.TRIMMED);
        assertThat(recovery.gap()).isEqualTo(new Event.Gap(ROOM, 4, 16, Event.GapReason.TRIMMED));
        assertThat(seqs(recovery)).containsExactly(17L, 18L, 19L, 20L);
    }

    @Test
    void seesAForkByTheTimeOfTheLastMessage() {
        Recovery recovery = plan(new Position(EPOCH, 15, 999), 1);

        assertThat(recovery.reason()).isEqualTo(Unrecovered.FORK);
        assertThat(recovery.gap()).isNull();
        assertThat(seqs(recovery)).containsExactly(20L);
    }

    @Test
    void recoversWhenTheTimeIsRight() {
        assertThat(seqs(plan(new Position(EPOCH, 18, 1_018), 0))).containsExactly(19L, 20L);
    }

    @Test
    void takesAnyTimeWithSeqZero() {
        assertThat(plan(window(10, 3), new Position(EPOCH, 0, 5), 0).reason()).isNull();
    }

    private Recovery plan(Position since, int history) {
        return plan(window, since, history);
    }

    private static Recovery plan(MessageWindow window, Position since, int history) {
        return Recovery.plan(ROOM, EPOCH, window, new JoinRequest(since, history), null);
    }

    private static List<Long> seqs(Recovery recovery) {
        return recovery.missed().stream().map(Message::seq).toList();
    }

    private static MessageWindow window(int max, int count) {
        MessageWindow window = new MessageWindow(max, 1_000_000);
        for (long seq = 1; seq <= count; seq++) {
            Sender from = new Sender(new UserId("a"), null);
            window.add(new Message(ROOM, seq, 1_000 + seq, from, null, null, new Body.Text(new byte[0])));
        }
        return window;
    }
}
