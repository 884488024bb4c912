/**
 * The proofs that clients come back in order: {@link io.magpie.bench.reconnect.RollingCommand}, when one gateway after
 * the other is restarted, and {@link io.magpie.bench.reconnect.ComebackCommand}, when all of them lost their connections
 * in the same moment.
 *
 * <p>One event loop owns the clients ({@link io.magpie.bench.reconnect.Crowd}) and all that they book ({@link
 * io.magpie.bench.reconnect.Book}, and a {@link io.magpie.bench.reconnect.Window} for each restart); the main thread leads
 * through the run and judges.
 */
@NullMarked
package io.magpie.bench.reconnect;

import org.jspecify.annotations.NullMarked;
