package io.magpie.gateway.http;

import java.util.function.Consumer;

/** Answers plain HTTP requests of one port, now or later. Never blocks the caller. */
public interface AsyncSite {
    /**
     * Answers.
     *
     * @param then gets the answer; once, on any thread
     */
    void answer(HttpQuestion question, Consumer<HttpAnswer> then);
}
