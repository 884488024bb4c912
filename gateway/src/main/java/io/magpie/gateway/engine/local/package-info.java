/** The embedded engine: no server needed. */
@NullMarked
package io.magpie.gateway.engine.local;

import org.jspecify.annotations.NullMarked;
