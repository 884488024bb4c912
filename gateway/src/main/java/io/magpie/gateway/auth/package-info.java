/** Who clients are and what they may do. Nothing here knows connections. */
@NullMarked
package io.magpie.gateway.auth;

import org.jspecify.annotations.NullMarked;
