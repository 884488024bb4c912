package io.magpie.gateway.hooks;

import java.util.function.Consumer;

/** Asks the backend one kind of question. Any thread. */
@FunctionalInterface
public interface Asking<Q> {
    /**
     * Asks. Never blocks.
     *
     * @param then gets the ruling; once, on any thread, within some seconds whatever the backend does
     */
    void ask(Q question, Consumer<Ruling> then);
}
