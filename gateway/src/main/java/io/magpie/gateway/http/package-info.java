/** What plain HTTP answers, as values; the transport writes them. */
@NullMarked
package io.magpie.gateway.http;

import org.jspecify.annotations.NullMarked;
