/**
 * The wire of Magpie: envelopes as sealed records, their limits, and their encodings.
 *
 * <p>Everything here is immutable or confined to one call. Of Netty only buffers are used; there is no channel, no
 * thread and no clock in this package. The wire itself is described in {@code docs/protocol.md}.
 */
@NullMarked
package io.magpie.protocol;

import org.jspecify.annotations.NullMarked;
