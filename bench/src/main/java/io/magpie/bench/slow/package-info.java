/**
 * The proof that slow readers cost the server no memory and the others no time: {@link
 * io.magpie.bench.slow.SlowCommand}.
 *
 * <p>One event loop owns the clients ({@link io.magpie.bench.slow.Crowd}) and all that they book; the main thread leads
 * through the phases, samples the server and judges.
 */
@NullMarked
package io.magpie.bench.slow;

import org.jspecify.annotations.NullMarked;
