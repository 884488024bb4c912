/** What several commands measure with: processors, the machine and its programs, and figures as tables and pictures. */
@NullMarked
package io.magpie.bench.measure;

import org.jspecify.annotations.NullMarked;
