/**
 * What durability costs a publisher: {@link io.magpie.bench.acks.AcksCommand}.
 *
 * <p>One event loop owns the publishers ({@link io.magpie.bench.acks.Fleet}) and their books; the main thread leads
 * through the rounds.
 */
@NullMarked
package io.magpie.bench.acks;

import org.jspecify.annotations.NullMarked;
