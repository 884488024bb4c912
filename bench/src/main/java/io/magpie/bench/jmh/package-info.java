/**
 * Microbenchmarks (JMH) of what a delivery is made of: codecs, encoder, broadcaster, Netty's outbound path and member
 * lists. Each runs on one thread, which plays the event loop.
 */
@NullMarked
package io.magpie.bench.jmh;

import org.jspecify.annotations.NullMarked;
