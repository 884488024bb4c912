/** The command line and the composition root of the gateway. */
@NullMarked
package io.magpie.gateway;

import org.jspecify.annotations.NullMarked;
