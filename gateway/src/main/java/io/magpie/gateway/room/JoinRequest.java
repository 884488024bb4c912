package io.magpie.gateway.room;

import io.magpie.protocol.Position;
import org.jspecify.annotations.Nullable;

/**
 * What a joiner wants.
 *
 * @param since resume after this position, or null
 * @param history newest messages wanted when there is nothing to resume from
 */
public record JoinRequest(@Nullable Position since, int history) {}
