package io.magpie.gateway.transport;

import io.magpie.gateway.http.HttpAnswer;

/** A request that nobody hears, whose body isn't waited for, with what is answered to it. */
final class RefusedRequestException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient HttpAnswer answer;

    RefusedRequestException(HttpAnswer answer) {
        super("status " + answer.status(), null, false, false);
        this.answer = answer;
    }

    HttpAnswer answer() {
        return answer;
    }
}
