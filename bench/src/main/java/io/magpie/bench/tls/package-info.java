/** Both ends of a TLS that is only measured: a certificate that nobody trusts, and clients that trust everybody. */
@NullMarked
package io.magpie.bench.tls;

import org.jspecify.annotations.NullMarked;
