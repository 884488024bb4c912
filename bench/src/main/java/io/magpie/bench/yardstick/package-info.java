/** Servers that Magpie is compared with: how each is started, and how a load speaks to it. */
@NullMarked
package io.magpie.bench.yardstick;

import org.jspecify.annotations.NullMarked;
