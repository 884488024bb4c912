/**
 * {@code magpie bench compare} and {@code magpie bench storm}: Magpie beside other servers, in the same run, on the same
 * core, in interleaved rounds.
 */
@NullMarked
package io.magpie.bench.compare;

import org.jspecify.annotations.NullMarked;
