package io.magpie.gateway.hooks;

/** What became of a question to the business backend. */
enum QuestionOutcome {
    ALLOWED,
    /** Allowed, but with other data. */
    REPLACED,
    DENIED,
    /** The answer didn't come in time. */
    TIMEOUT,
    /** There was no connection, or the backend said that it failed. */
    FAILED,
    /** There was an answer that can't be understood, or another status than 200. */
    UNREADABLE,
    /** Not asked: too many waited, or it had waited too long. */
    BUSY,
    /** Not asked: the backend has failed too often. */
    SUSPENDED;

    /** Whether the backend is silent, for a reason that isn't in the question or in how many there are. */
    boolean silent() {
        return this == TIMEOUT || this == FAILED || this == SUSPENDED;
    }
}
