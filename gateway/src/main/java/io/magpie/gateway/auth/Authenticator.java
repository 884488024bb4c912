package io.magpie.gateway.auth;

import java.util.function.Consumer;

/** Judges tokens. Any thread. */
public interface Authenticator extends AutoCloseable {
    /**
     * Judges a token, which may be any text. Never blocks.
     *
     * @param then gets the verdict; once, on any thread
     */
    void judge(String token, Consumer<Verdict> then);

    @Override
    void close();
}
