/** A gateway as a child process, and what it says of itself. */
@NullMarked
package io.magpie.bench.gateway;

import org.jspecify.annotations.NullMarked;
