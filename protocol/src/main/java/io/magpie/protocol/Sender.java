package io.magpie.protocol;

import org.jspecify.annotations.Nullable;

/** Who said something, or who is in a room: {@code {id, name?}}. */
public record Sender(UserId id, @Nullable String name) {}
