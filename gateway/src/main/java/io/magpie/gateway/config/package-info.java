/** The configuration as one tree of records, and how it is read. */
@NullMarked
package io.magpie.gateway.config;

import org.jspecify.annotations.NullMarked;
