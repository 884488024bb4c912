/** What the tests of all modules share; in the test jar of this module. */
@NullMarked
package io.magpie.testing;

import org.jspecify.annotations.NullMarked;
