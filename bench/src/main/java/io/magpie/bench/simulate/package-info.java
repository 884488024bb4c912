/**
 * The gateway with more sessions than a machine has sockets for: its real pipeline, sessions and rooms in one JVM, on
 * channels that have no socket below them.
 */
@NullMarked
package io.magpie.bench.simulate;

import org.jspecify.annotations.NullMarked;
