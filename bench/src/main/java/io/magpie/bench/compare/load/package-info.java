/**
 * The load of a comparison: crowds of members on one event loop, as cheap for the machine as can be, and every delivery
 * still checked.
 *
 * <p>All members of a room get the same stream of messages, so the first member that gets a frame reads it, and all
 * others only compare bytes ({@link io.magpie.bench.compare.load.RoomLog}). All state is owned by the one event loop; the
 * main thread asks it through {@link io.magpie.bench.compare.load.LoadLoop}.
 */
@NullMarked
package io.magpie.bench.compare.load;

import org.jspecify.annotations.NullMarked;
