package io.magpie.gateway.hooks;

import org.jspecify.annotations.Nullable;

/**
 * What the backend is asked about what clients do. Immutable; any thread.
 *
 * @param join asked whether somebody may be in a room; null if the backend isn't asked that
 * @param send asked whether somebody may say something; null if the backend isn't asked that
 */
public record Hooks(
        @Nullable Asking<JoinQuestion> join, @Nullable Asking<SendQuestion> send) {
    /** Nobody is asked anything. */
    public static final Hooks NONE = new Hooks(null, null);
}
