/** Rooms, each owned by one shard. */
@NullMarked
package io.magpie.gateway.room;

import org.jspecify.annotations.NullMarked;
