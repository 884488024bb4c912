package io.magpie.bench.verify;

/** What has to hold. */
enum Check {
    LOST("every message that was answered ok, or delivered, is in the final log"),
    UNEXPECTED("nothing is read that nobody sent, byte for byte"),
    PHANTOM("nothing that was refused is in the log"),
    DUPLICATED("no message has two places"),
    FORKED("a place has the same message for everybody"),
    HOLE("a log and a page have no holes"),
    SKIPPED("a connection misses nothing without a gap"),
    REPEATED("a connection gets nothing again"),
    UNJUSTIFIED("a resume says the truth: recovered, or why not; a gap only where messages are gone"),
    MISPLACED("a message is where its ok says"),
    STALE("a history page has all that was answered before it was asked, and never goes back"),
    REORDERED("what was sent after an ok comes after it; a connection's sends keep their order"),
    BACKWARDS("time within a room never goes back"),
    REFUSED("a send is refused for no other reason than one that passes"),
    BREACH("frames can be read, and there is one close frame"),
    CLOSED("connections end with codes that the faults explain"),
    COMPLAINT("the server's log tells of no fault of its own"),
    UNHEALTHY("a server that can't store says that it isn't ready; one that is asked to end does so by itself"),
    LATE("the server listens again in time"),
    BEHIND("everybody has everything within 10 s after the last fault"),
    REFUSING("most of what was sent was answered ok");

    private final String promise;

    Check(String promise) {
        this.promise = promise;
    }

    /** In words. */
    String promise() {
        return promise;
    }
}
