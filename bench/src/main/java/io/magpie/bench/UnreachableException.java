package io.magpie.bench;

/** The server can't be reached, so there is nothing to measure. The message says why. */
final class UnreachableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreachableException(String why) {
        super(why);
    }
}
