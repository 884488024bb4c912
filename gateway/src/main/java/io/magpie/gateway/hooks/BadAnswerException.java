package io.magpie.gateway.hooks;

import java.io.IOException;

/** What the backend sent is no answer. The message is for the operator; it holds nothing of what was sent. */
final class BadAnswerException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean broken;

    BadAnswerException(String message) {
        this(message, false);
    }

    /** @param broken whether it is a sign that the backend itself isn't well */
    BadAnswerException(String message, boolean broken) {
        super(message);
        this.broken = broken;
    }

    boolean broken() {
        return broken;
    }
}
