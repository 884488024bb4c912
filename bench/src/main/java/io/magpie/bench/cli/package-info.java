/** The entry of {@code magpie bench}: the only package that knows all commands. */
@NullMarked
package io.magpie.bench.cli;

import org.jspecify.annotations.NullMarked;
