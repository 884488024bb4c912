/** What an idle session costs a gateway: a server of its own, thousands of real connections, and the live heap before and after. */
@NullMarked
package io.magpie.bench.idle;

import org.jspecify.annotations.NullMarked;
