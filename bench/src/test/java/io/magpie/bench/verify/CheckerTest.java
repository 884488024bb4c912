package io.magpie.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.verify.Entry.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckerTest {
    /** Two clients in the room, one message that both have, one page. */
    private final Scene scene = new Scene()
            .enters(1, 0, Entry.FRESH)
            .enters(2, 0, Entry.FRESH)
            .says(1, "1-1", 1)
            .gets(2, "1-1", 1)
            .reads(2)
            .paged(2, "1-1", 1)
            .page(2, 1);

    @Test
    void aHistoryWithoutAFaultIsOk() {
        Verdict verdict = scene.finalLog("1-1");
        assertThat(verdict.witnesses()).isEmpty();
        assertThat(verdict.word()).isEqualTo(Verdict.Word.OK);
        assertThat(verdict.totals().sends()).isEqualTo(new Verdict.Sends(1, 1, 0, 1));
        assertThat(verdict.totals().deliveries()).isEqualTo(new Verdict.Deliveries(2, 2, 0, 0, 0, 1));
    }

    @Test
    void aHistoryWithoutAFinalLogIsNoProof() {
        assertThat(scene.rests().finish().word()).isEqualTo(Verdict.Word.UNKNOWN);
    }

    @Test
    void aHistoryWithoutAnEndIsNoProof() {
        scene.add(Kind.STORED, -1, 1, "1-1", "").add(Kind.LOG, -1, 1, "", "");
        assertThat(scene.finish().doubts()).contains("the run didn't come to its end");
    }

    @Test
    void whatWasAnsweredAndIsGoneIsLost() {
        scene.says(1, "1-2", 2).gets(2, "1-2", 2);
        assertThat(scene.finalLog("1-1").counts()).containsEntry(Check.LOST, 1L);
    }

    @Test
    void whatWasDeliveredAndIsGoneIsLostThoughItWasNeverAnswered() {
        scene.sends(1, "1-2").gets(1, "1-2", 2).gets(2, "1-2", 2);
        assertThat(scene.finalLog("1-1").counts()).containsEntry(Check.LOST, 1L);
    }

    @Test
    void aLogOfAnotherEpochHasLostWhatWasBefore() {
        scene.epoch("f").enters(1, 0, "epoch").enters(2, 0, "epoch");
        assertThat(scene.finalLog().counts()).containsOnly(Map.entry(Check.LOST, 1L));
    }

    @Test
    void whatWasNeverAnsweredMayBeStoredOrNot() {
        scene.sends(1, "1-2").add(Kind.UNKNOWN, 1, 0, "1-2", "");
        assertThat(scene.finalLog("1-1").word()).isEqualTo(Verdict.Word.OK);
    }

    @Test
    void whatWasNeverAnsweredAndIsStoredIsNoFaultEither() {
        scene.sends(1, "1-2").gets(1, "1-2", 2).gets(2, "1-2", 2);
        assertThat(scene.finalLog("1-1", "1-2").word()).isEqualTo(Verdict.Word.OK);
    }

    @Test
    void whatNobodySentIsUnexpected() {
        scene.gets(1, "damaged xyz", 2).gets(2, "damaged xyz", 2);
        assertThat(scene.finalLog("1-1", "damaged xyz").counts()).containsEntry(Check.UNEXPECTED, 3L);
    }

    @Test
    void whatWasRefusedMayNotBeStored() {
        scene.sends(1, "1-2").add(Kind.REFUSED, 1, 0, "1-2", "storage_full");
        scene.gets(1, "1-2", 2).gets(2, "1-2", 2);
        assertThat(scene.finalLog("1-1", "1-2").counts()).containsOnly(Map.entry(Check.PHANTOM, 1L));
    }

    @Test
    void aTimeoutIsNoRefusal() {
        scene.sends(1, "1-2").add(Kind.REFUSED, 1, 0, "1-2", "timeout");
        scene.gets(1, "1-2", 2).gets(2, "1-2", 2);
        assertThat(scene.finalLog("1-1", "1-2").word()).isEqualTo(Verdict.Word.OK);
    }

    @Test
    void aRefusalForGoodNeedsAReason() {
        scene.sends(1, "1-2").add(Kind.REFUSED, 1, 0, "1-2", "key_conflict");
        assertThat(scene.finalLog("1-1").counts()).containsOnly(Map.entry(Check.REFUSED, 1L));
    }

    @Test
    void twoPlacesOfOneMessageAreADuplicate() {
        scene.gets(1, "1-1", 2).gets(2, "1-1", 2);
        assertThat(scene.finalLog("1-1", "1-1").counts()).containsEntry(Check.DUPLICATED, 3L);
    }

    @Test
    void twoMessagesOfOnePlaceAreAFork() {
        scene.sends(1, "1-2").sends(1, "1-3").gets(1, "1-2", 2).gets(2, "1-3", 2);
        assertThat(scene.finalLog("1-1", "1-2").counts()).containsEntry(Check.FORKED, 1L);
    }

    @Test
    void aMissingSeqIsSkippedUnlessAGapSaysSo() {
        scene.says(1, "1-2", 2).says(1, "1-3", 3).gets(2, "1-3", 3);
        assertThat(scene.finalLog("1-1", "1-2", "1-3").counts()).containsOnly(Map.entry(Check.SKIPPED, 1L));
    }

    @Test
    void aGapWhereTheLogHasEverythingIsUnjustified() {
        scene.says(1, "1-2", 2).says(1, "1-3", 3);
        scene.gap(2, 2, 2).gets(2, "1-3", 3);
        assertThat(scene.finalLog("1-1", "1-2", "1-3").counts()).containsOnly(Map.entry(Check.UNJUSTIFIED, 1L));
    }

    @Test
    void aMessageThatComesAgainIsRepeated() {
        scene.gets(2, "1-1", 1);
        assertThat(scene.finalLog("1-1").counts()).containsOnly(Map.entry(Check.REPEATED, 1L));
    }

    @Test
    void aResumeGoesOnWhereTheClientWas() {
        scene.says(1, "1-2", 2).reconnects().enters(2, 2, Entry.RECOVERED).gets(2, "1-2", 2);
        Verdict verdict = scene.finalLog("1-1", "1-2");
        assertThat(verdict.word()).isEqualTo(Verdict.Word.OK);
        assertThat(verdict.totals().deliveries().resumes()).isEqualTo(1);
    }

    @Test
    void aResumeThatLeavesOneOutSkips() {
        scene.says(1, "1-2", 2)
                .says(1, "1-3", 3)
                .reconnects()
                .enters(2, 3, Entry.RECOVERED)
                .gets(2, "1-3", 3);
        assertThat(scene.finalLog("1-1", "1-2", "1-3").counts()).containsOnly(Map.entry(Check.SKIPPED, 1L));
    }

    @Test
    void aResumeThatIsRefusedForNothingIsUnjustified() {
        scene.reconnects().enters(2, 1, "epoch");
        assertThat(scene.finalLog("1-1").counts()).containsOnly(Map.entry(Check.UNJUSTIFIED, 1L));
    }

    @Test
    void aTrimmedResumeOwesAGap() {
        scene.says(1, "1-2", 2).says(1, "1-3", 3);
        scene.reconnects().enters(2, 2, "trimmed").gets(2, "1-3", 3);
        assertThat(scene.finalLog("1-1", "1-2", "1-3").counts()).containsOnly(Map.entry(Check.SKIPPED, 1L));
    }

    @Test
    void anOkThatNamesAnotherPlaceIsMisplaced() {
        scene.sends(1, "1-2").ok(1, "1-2", 3, "").gets(1, "1-2", 2).gets(2, "1-2", 2);
        assertThat(scene.finalLog("1-1", "1-2").counts()).containsEntry(Check.MISPLACED, 1L);
    }

    @Test
    void aRetrysOkHasToNameThePlaceOfTheFirst() {
        scene.sends(1, "1-2").ok(1, "1-2", 2, Entry.EATEN).gets(1, "1-2", 2).gets(2, "1-2", 2);
        scene.sends(1, "1-2").ok(1, "1-2", 2, Entry.DUPLICATE);
        assertThat(scene.finalLog("1-1", "1-2").word()).isEqualTo(Verdict.Word.OK);
    }

    @Test
    void anEatenOkIsAPromiseToo() {
        scene.sends(1, "1-2").ok(1, "1-2", 2, Entry.EATEN);
        assertThat(scene.finalLog("1-1").counts()).containsOnly(Map.entry(Check.LOST, 1L));
    }

    @Test
    void aPageWithoutWhatWasAnsweredIsStale() {
        scene.says(1, "1-2", 2).gets(2, "1-2", 2).reads(2).paged(2, "1-1", 1).page(2, 1);
        assertThat(scene.finalLog("1-1", "1-2").counts()).containsOnly(Map.entry(Check.STALE, 1L));
    }

    @Test
    void aPageThatWasAskedForBeforeTheOkNeedNotHaveIt() {
        scene.reads(2).says(1, "1-2", 2).gets(2, "1-2", 2).paged(2, "1-1", 1).page(2, 1);
        assertThat(scene.finalLog("1-1", "1-2").word()).isEqualTo(Verdict.Word.OK);
    }

    @Test
    void whatWasSentAfterAnOkComesAfterIt() {
        scene.says(1, "1-3", 3).sends(2, "2-1").ok(2, "2-1", 2, "");
        scene.gets(2, "2-1", 2).gets(2, "1-3", 3);
        assertThat(scene.finalLog("1-1", "2-1", "1-3").counts()).containsEntry(Check.REORDERED, 1L);
    }

    @Test
    void theSendsOfAConnectionKeepTheirOrder() {
        scene.sends(1, "1-2").sends(1, "1-3").ok(1, "1-3", 2, "").ok(1, "1-2", 3, "");
        scene.gets(1, "1-3", 2).gets(1, "1-2", 3).gets(2, "1-3", 2).gets(2, "1-2", 3);
        assertThat(scene.finalLog("1-1", "1-3", "1-2").counts()).containsOnly(Map.entry(Check.REORDERED, 1L));
    }

    @Test
    void aMessageThatWasSentAgainMayComeLaterThanItsNeighbour() {
        scene.sends(1, "1-2")
                .sends(1, "1-3")
                .ok(1, "1-3", 2, "")
                .sends(1, "1-2")
                .ok(1, "1-2", 3, "");
        scene.gets(1, "1-3", 2).gets(1, "1-2", 3).gets(2, "1-3", 2).gets(2, "1-2", 3);
        assertThat(scene.finalLog("1-1", "1-3", "1-2").word()).isEqualTo(Verdict.Word.OK);
    }

    @Test
    void whoHasNotEverythingWhenAllRestIsBehind() {
        scene.says(1, "1-2", 2).rests().gets(2, "1-2", 2);
        scene.add(Kind.STORED, -1, 1, "1-1", "")
                .add(Kind.STORED, -1, 2, "1-2", "")
                .add(Kind.LOG, -1, 2, "", "");
        assertThat(scene.finish().counts()).containsOnly(Map.entry(Check.BEHIND, 1L));
    }

    @Test
    void aServerThatRefusesEverythingIsNotSafe() {
        for (int i = 2; i < 6; i++) {
            scene.sends(1, "1-" + i).add(Kind.REFUSED, 1, 0, "1-" + i, "unavailable");
        }
        assertThat(scene.finalLog("1-1").counts()).containsOnly(Map.entry(Check.REFUSING, 1L));
    }

    @Test
    void closesComplaintsAndSlowStartsThatNothingExplainsAreFaults() {
        scene.add(Kind.CLOSED, 1, 0, "", "1011 internal error");
        scene.add(Kind.COMPLAINT, 0, 0, "", "12:00:00 ERROR oh");
        scene.put(Entry.ofBench(99, Kind.RESTARTED, 3_001, "after kill"));
        scene.add(Kind.BREACH, 1, 0, "", "a frame with opcode 8 came after the close frame");
        scene.add(Kind.UNHEALTHY, 0, 0, "", "SIGTERM ended it with 137 instead of 0");
        assertThat(scene.finalLog("1-1").counts())
                .containsOnlyKeys(Check.CLOSED, Check.COMPLAINT, Check.LATE, Check.BREACH, Check.UNHEALTHY);
    }

    @Test
    void timeThatGoesBackIsAFault() {
        scene.sends(1, "1-2").gets(1, "1-2", 2);
        scene.put(new Entry(99, Kind.DELIVERED, 2, 1, "r", "e", 2, 5, "1-2", ""));
        assertThat(scene.finalLog("1-1", "1-2").counts()).containsOnly(Map.entry(Check.BACKWARDS, 1L));
    }

    @Test
    void oneKindOfFaultDoesNotHideAnother() {
        for (int i = 0; i < 20; i++) {
            scene.gets(2, "1-1", 1);
        }
        scene.add(Kind.CLOSED, 1, 0, "", "1011 internal error");
        Verdict verdict = scene.finalLog("1-1");
        assertThat(verdict.counts()).containsEntry(Check.REPEATED, 20L);
        assertThat(verdict.witnesses()).hasSize(4).anyMatch(witness -> witness.startsWith("CLOSED"));
    }
}
