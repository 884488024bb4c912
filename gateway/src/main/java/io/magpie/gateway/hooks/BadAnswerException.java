package io.magpie.gateway.hooks;

import java.io.IOException;

/** What the backend sent is no answer. The message is for the operator; it holds nothing of what was sent. */
final class BadAnswerException extends IOException {
    private static final long serialVersionUID = 1;

    BadAnswerException(String message) {
        super(message);
    }
}
