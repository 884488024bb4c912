/** The embedded engine on disk: messages outlive the process. */
@NullMarked
package io.magpie.gateway.engine.disk;

import org.jspecify.annotations.NullMarked;
