package io.magpie.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * The accounts of all loops, settled.
 *
 * @param failures why connections didn't become ready
 * @param errors codes of error envelopes
 * @param closes codes and reasons with which ready connections ended
 * @param witnesses the first things that went wrong, at most {@link Ledger#WITNESSES}
 */
record Tally(Counts counts, Tags failures, Tags errors, Tags closes, List<String> witnesses) {
    /** Adds ledgers up and compares what each member received with what its room accepted. */
    static Tally of(List<Ledger> ledgers, int rooms) {
        Tally tally = new Tally(new Counts(), new Tags(), new Tags(), new Tags(), new ArrayList<>());
        RoomSums sums = new RoomSums(rooms);
        for (Ledger ledger : ledgers) {
            tally.counts.addAll(ledger.counts());
            tally.failures.addAll(ledger.failures());
            tally.errors.addAll(ledger.errors());
            tally.closes.addAll(ledger.closes());
            ledger.witnesses().forEach(tally::witness);
            sums.addAll(ledger.rooms());
        }
        tally.counts.add(Count.EXPECTED, sums.expected());
        for (Ledger ledger : ledgers) {
            ledger.members().forEach(member -> tally.settle(member, sums));
        }
        return tally;
    }

    private void settle(Member member, RoomSums sums) {
        long published = sums.published(member.room());
        long missing = member.missingOf(published);
        long lost = Math.max(member.sequences().missing(), missing);
        long surplus = -member.missingOf(sums.sent(member.room()));
        if (lost > 0) {
            counts.add(Count.LOST, lost);
            witness(member + ": got " + (published - missing) + " of " + published + " messages");
        } else if (surplus > 0) {
            counts.add(Count.DUPLICATED, surplus);
            witness(member + ": got " + surplus + " messages more than were sent");
        } else if (missing == 0 && !member.matches(sums.checksum(member.room()))) {
            counts.increment(Count.MISMATCHED);
            witness(member + ": got " + published + " messages, but not those that were published");
        }
    }

    private void witness(String what) {
        if (witnesses.size() < Ledger.WITNESSES) {
            witnesses.add(what);
        }
    }
}
