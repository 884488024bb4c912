package io.magpie.gateway.wechat;

import io.magpie.gateway.http.HttpAnswer;

/** How a login ended. */
record Answered(Outcome outcome, HttpAnswer answer) {
    /** Whether asking again with the same code could only make it worse. */
    boolean lasting() {
        return switch (outcome) {
            case ACCEPTED, INVALID_CODE, CODE_USED, BLOCKED -> true;
            default -> false;
        };
    }
}
