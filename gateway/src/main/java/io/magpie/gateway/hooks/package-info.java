/** Calls to the outside: questions to the business backend. Nothing here knows connections. */
@NullMarked
package io.magpie.gateway.hooks;

import org.jspecify.annotations.NullMarked;
