/** The seam below the rooms: order, duplicate detection and durability. */
@NullMarked
package io.magpie.gateway.engine;

import org.jspecify.annotations.NullMarked;
