package io.magpie.protocol;

import org.jspecify.annotations.Nullable;

/** One client envelope. A null {@code id} means that no reply is wanted (errors are told all the same). */
public record Request(@Nullable RequestId id, Command command) {}
