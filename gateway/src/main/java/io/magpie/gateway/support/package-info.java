/** What every other package may use: ownership, metrics, safe text for logs. */
@NullMarked
package io.magpie.gateway.support;

import org.jspecify.annotations.NullMarked;
