package io.magpie.gateway.hooks;

/** What became of a question. */
sealed interface Reply<A> {
    /** The backend has answered. */
    record Answered<A>(A value) implements Reply<A> {}

    /**
     * It hasn't.
     *
     * @param after milliseconds until it may be asked again, or {@link Ruling.Unavailable#UNSET}
     */
    record Missed<A>(QuestionOutcome why, long after) implements Reply<A> {}
}
