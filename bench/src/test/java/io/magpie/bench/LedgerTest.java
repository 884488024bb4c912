package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final int PUBLISHER = 5;

    private final Ledger ledger = new Ledger(2);
    private final Member member = Member.bySeq(7, 1, 100);

    @Test
    void settlesACleanRun() {
        ledger.joined(member);
        publish(1, 3);
        arrive(101, 1);
        arrive(102, 2);
        arrive(103, 3);
        Tally tally = settle();
        assertThat(tally.counts().get(Count.EXPECTED)).isEqualTo(3);
        assertThat(tally.counts().get(Count.LOST)).isZero();
        assertThat(tally.counts().get(Count.MISMATCHED)).isZero();
        assertThat(tally.witnesses()).isEmpty();
    }

    @Test
    void findsAMessageLostInTheMiddle() {
        ledger.joined(member);
        publish(1, 3);
        arrive(101, 1);
        arrive(103, 3);
        Tally tally = settle();
        assertThat(tally.counts().get(Count.LOST)).isEqualTo(1);
        assertThat(tally.counts().get(Count.OUT_OF_ORDER)).isZero();
        assertThat(tally.witnesses())
                .containsExactly(
                        "client 7 in room 1: seq 103 came after 101", "client 7 in room 1: got 2 of 3 messages");
    }

    @Test
    void findsAMessageLostAtTheEnd() {
        ledger.joined(member);
        publish(1, 2);
        arrive(101, 1);
        assertThat(settle().counts().get(Count.LOST)).isEqualTo(1);
    }

    @Test
    void countsAMemberThatGotNothing() {
        ledger.joined(member);
        ledger.joined(Member.bySeq(9, 1, 100));
        publish(1, 4);
        Tally tally = settle();
        assertThat(tally.counts().get(Count.EXPECTED)).isEqualTo(8);
        assertThat(tally.counts().get(Count.LOST)).isEqualTo(8);
    }

    @Test
    void findsADuplicate() {
        ledger.joined(member);
        publish(1, 2);
        arrive(101, 1);
        assertThat(ledger.arrived(member, 0, 101)).isFalse();
        arrive(102, 2);
        Tally tally = settle();
        assertThat(tally.counts().get(Count.DUPLICATED)).isEqualTo(1);
        assertThat(tally.counts().get(Count.LOST)).isZero();
        assertThat(tally.witnesses()).containsExactly("client 7 in room 1: seq 101 came again");
    }

    @Test
    void findsTwoMessagesThatWereSwapped() {
        ledger.joined(member);
        publish(1, 2);
        arrive(102, 2);
        arrive(101, 1);
        Tally tally = settle();
        assertThat(tally.counts().get(Count.OUT_OF_ORDER)).isEqualTo(1);
        assertThat(tally.counts().get(Count.LOST)).isZero();
        assertThat(tally.counts().get(Count.DUPLICATED)).isZero();
    }

    @Test
    void findsAMessageThatWasStoredTwice() {
        ledger.joined(member);
        publish(1, 2);
        arrive(101, 1);
        arrive(102, 1);
        arrive(103, 2);
        Tally tally = settle();
        assertThat(tally.counts().get(Count.DUPLICATED)).isEqualTo(1);
        assertThat(tally.witnesses()).containsExactly("client 7 in room 1: got 1 messages more than were sent");
    }

    @Test
    void findsTheRightNumberOfWrongMessages() {
        ledger.joined(member);
        publish(1, 2);
        arrive(101, 1);
        arrive(102, 1);
        Tally tally = settle();
        assertThat(tally.counts().get(Count.LOST)).isZero();
        assertThat(tally.counts().get(Count.MISMATCHED)).isEqualTo(1);
        assertThat(tally.witnesses())
                .containsExactly("client 7 in room 1: got 2 messages, but not those that were published");
    }

    @Test
    void takesADeliveryWithoutAnOkForNoDuplicate() {
        ledger.joined(member);
        publish(1, 1);
        ledger.sent(1);
        arrive(101, 1);
        arrive(102, 2);
        Tally tally = settle();
        assertThat(tally.counts().get(Count.DUPLICATED)).isZero();
        assertThat(tally.counts().get(Count.MISMATCHED)).isZero();
        assertThat(tally.counts().get(Count.SENT)).isEqualTo(2);
    }

    @Test
    void checksPlainMembersByPublisher() {
        Member plain = Member.byPublisher(3, 0, 2);
        ledger.joined(plain);
        assertThat(ledger.arrived(plain, 0, 1)).isTrue();
        assertThat(ledger.arrived(plain, 1, 1)).isTrue();
        assertThat(ledger.arrived(plain, 0, 3)).isTrue();
        assertThat(ledger.witnesses())
                .containsExactly("client 3 in room 0: message 3 of the room's publisher 0 came after 1");
    }

    @Test
    void addsUpTheLoops() {
        Ledger other = new Ledger(2);
        ledger.joined(member);
        Member elsewhere = Member.bySeq(8, 1, 100);
        other.joined(elsewhere);
        ledger.sent(1);
        ledger.published(1, PUBLISHER, 1);
        other.sent(1);
        other.published(1, PUBLISHER, 2);
        for (int n = 1; n <= 2; n++) {
            arrive(100 + n, n);
            assertThat(other.arrived(elsewhere, 0, 100 + n)).isTrue();
            elsewhere.received(PUBLISHER, n);
        }
        other.failed("refused");
        other.closed("1006");
        other.error("busy");
        Tally tally = Tally.of(List.of(ledger, other), 2);
        assertThat(tally.counts().get(Count.READY)).isEqualTo(2);
        assertThat(tally.counts().get(Count.EXPECTED)).isEqualTo(4);
        assertThat(tally.counts().get(Count.LOST)).isZero();
        assertThat(tally.counts().get(Count.MISMATCHED)).isZero();
        assertThat(tally.failures().asMap()).containsEntry("refused", 1L);
        assertThat(tally.closes().asMap()).containsEntry("1006", 1L);
        assertThat(tally.errors().asMap()).containsEntry("busy", 1L);
    }

    @Test
    void keepsTheFirstTenWitnesses() {
        for (int i = 0; i < 20; i++) {
            ledger.unreadable("frame " + i);
        }
        ledger.gap(member, 5, 9);
        ledger.foreign(member);
        ledger.corrupt(member);
        Tally tally = settle();
        assertThat(tally.witnesses())
                .hasSize(Ledger.WITNESSES)
                .startsWith("frame 0")
                .endsWith("frame 9");
        assertThat(tally.counts().get(Count.UNREADABLE)).isEqualTo(20);
        assertThat(tally.counts().get(Count.GAPS)).isEqualTo(1);
        assertThat(tally.counts().get(Count.FOREIGN)).isEqualTo(1);
        assertThat(tally.counts().get(Count.CORRUPT)).isEqualTo(1);
    }

    @Test
    void mixesIdentitiesSoThatSwapsOfNumbersShow() {
        assertThat(RoomSums.identity(1, 2) + RoomSums.identity(2, 1))
                .isNotEqualTo(RoomSums.identity(1, 1) + RoomSums.identity(2, 2));
    }

    private void publish(int room, int messages) {
        for (int n = 1; n <= messages; n++) {
            ledger.sent(room);
            ledger.published(room, PUBLISHER, n);
        }
    }

    private void arrive(long seq, long number) {
        assertThat(ledger.arrived(member, 0, seq)).isTrue();
        member.received(PUBLISHER, number);
    }

    private Tally settle() {
        return Tally.of(List.of(ledger), 2);
    }
}
