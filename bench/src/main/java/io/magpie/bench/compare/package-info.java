/**
 * {@code magpie bench compare}, {@code magpie bench storm} and {@code magpie bench tls}: Magpie beside other servers,
 * in the same run, on the same core, in interleaved rounds.
 */
@NullMarked
package io.magpie.bench.compare;

import org.jspecify.annotations.NullMarked;
