/** WebSocket without a codec, for loads that have to cost less than the server, and a connection that sees all of it. */
@NullMarked
package io.magpie.bench.wire;

import org.jspecify.annotations.NullMarked;
