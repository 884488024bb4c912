/** What {@code magpie doctor} looks at: the machine, the configuration, and the deployment as phones see it. */
@NullMarked
package io.magpie.gateway.doctor;

import org.jspecify.annotations.NullMarked;
