/** What operators and backends may ask of a running server; the wire of it is JSON over HTTP on the management port. */
@NullMarked
package io.magpie.gateway.api;

import org.jspecify.annotations.NullMarked;
