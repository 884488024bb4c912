/** What a connection means: identity, rooms, commands and their replies. */
@NullMarked
package io.magpie.gateway.session;

import org.jspecify.annotations.NullMarked;
