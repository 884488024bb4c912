package io.magpie.bench;

/** What is counted while a run is on. */
enum Count {
    /** Connections that could publish and receive. */
    READY,
    /** Connections that never came that far. */
    FAILED,
    /** Ready connections that ended before the bench was done with them. */
    CLOSED,
    /** Connections that are open now. */
    OPEN,
    SENT,
    /** Messages of the measured time among {@link #SENT}. */
    SENT_MEASURED,
    /** Messages that were due when their publisher had no connection or a full socket. */
    UNSENT,
    /** Replies {@code ok} to messages. */
    ACKNOWLEDGED,
    /** Error envelopes. */
    ERRORS,
    /** Messages of this run that arrived, duplicates counted. */
    DELIVERED,
    /** Deliveries that should have been: messages accepted, times members. */
    EXPECTED,
    LOST,
    DUPLICATED,
    OUT_OF_ORDER,
    /** Messages of this run whose bytes were changed. */
    CORRUPT,
    /** Messages that this run didn't send. */
    FOREIGN,
    /** Clients that got the right number of messages, but not the right ones. */
    MISMATCHED,
    /** {@code gap} envelopes. */
    GAPS,
    /** Frames that are no envelopes, or of the wrong kind. */
    UNREADABLE
}
