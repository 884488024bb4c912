/**
 * The proof that nothing acknowledged is lost, doubled or out of order whatever happens to the server: {@link
 * io.magpie.bench.verify.VerifyCommand}.
 *
 * <p>One event loop owns the clients ({@link io.magpie.bench.verify.Crowd}) and the history that they write ({@link
 * io.magpie.bench.verify.Journal}); the chaos proxy has a loop of its own; the main thread leads through the phases and
 * injects faults. When all is over, {@link io.magpie.bench.verify.Checker} reads the history and decides; it knows
 * nothing of sockets.
 */
@NullMarked
package io.magpie.bench.verify;

import org.jspecify.annotations.NullMarked;
