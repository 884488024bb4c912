package io.magpie.gateway.api;

import io.magpie.gateway.http.HttpAnswer;

/** A question that can't be answered as it is, with what is answered instead. */
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient HttpAnswer answer;

    ApiException(HttpAnswer answer) {
        super("status " + answer.status(), null, false, false);
        this.answer = answer;
    }

    HttpAnswer answer() {
        return answer;
    }
}
