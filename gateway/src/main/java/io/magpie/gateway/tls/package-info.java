/** TLS on the public port: certificates from files, checked as phones will check them, and replaced without a restart. */
@NullMarked
package io.magpie.gateway.tls;

import org.jspecify.annotations.NullMarked;
