package io.magpie.gateway.hooks;

import java.util.concurrent.CompletableFuture;

/** Carries questions to the backend and answers back. Any thread. */
@FunctionalInterface
interface Carrier {
    /**
     * Posts a question.
     *
     * @param id of the question, the same when it is posted again
     * @return the body of the answer; fails with {@link BadAnswerException} if there was one that doesn't count, with another
     *     {@link java.io.IOException} if there was none. Cancelling it ends the exchange
     */
    CompletableFuture<byte[]> post(Question question, String id, byte[] body);
}
