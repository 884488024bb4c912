/**
 * Load tests: many mini-program clients against one gateway, every delivery checked.
 *
 * <p>Each event loop owns its clients, its {@link io.magpie.bench.Ledger} and its histograms; nothing is shared while a
 * run is on. The main thread leads through the phases ({@link io.magpie.bench.LoadRig}) and asks the loops by posting to
 * them.
 */
@NullMarked
package io.magpie.bench;

import org.jspecify.annotations.NullMarked;
