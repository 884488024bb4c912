/** WebSocket without a codec, for loads that have to cost less than the server. */
@NullMarked
package io.magpie.bench.wire;

import org.jspecify.annotations.NullMarked;
