package io.magpie.gateway.hooks;

/** What became of a question to the business backend. */
enum QuestionOutcome {
    ALLOWED,
    /** Allowed, but with other data. */
    REPLACED,
    DENIED,
    /** The answer didn't come in time. */
    TIMEOUT,
    /** There was no connection, or what came was no answer. */
    FAILED,
    /** Not asked: too many waited, or it had waited too long. */
    BUSY,
    /** Not asked: the backend has failed too often. */
    SUSPENDED
}
