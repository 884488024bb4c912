package io.magpie.gateway.auth;

/** What a token is worth. */
public sealed interface Verdict {
    /** It is good, and says who its bearer is. */
    record Accepted(Identity identity) implements Verdict {}

    /**
     * It isn't.
     *
     * @param message why, for the client's developer; never the token or a part of it
     */
    record Refused(Reason reason, String message) implements Verdict {}

    /** Why a token isn't good. */
    enum Reason {
        /** It was, until a while ago: a new one will do. */
        EXPIRED,
        /** It is wrong and will stay so. */
        BAD,
        /** Nobody can tell now. */
        UNAVAILABLE
    }
}
