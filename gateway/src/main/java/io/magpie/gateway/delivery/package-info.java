/** The delivery core: connections as rooms see them, batches encoded once, member lists per event loop. */
@NullMarked
package io.magpie.gateway.delivery;

import org.jspecify.annotations.NullMarked;
