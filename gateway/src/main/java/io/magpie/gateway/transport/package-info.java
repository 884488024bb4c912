/** The only package that knows Netty's channels: listener, pipeline, upgrade, frames, connections. */
@NullMarked
package io.magpie.gateway.transport;

import org.jspecify.annotations.NullMarked;
