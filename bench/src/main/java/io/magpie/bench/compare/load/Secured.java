package io.magpie.bench.compare.load;

/**
 * What became of the handshakes of a crowd.
 *
 * @param full how many had the server show its certificate; those that resumed a session don't
 * @param cipher version and cipher suite of the last one; empty without TLS
 */
public record Secured(int full, String cipher) {
    static final Secured NONE = new Secured(0, "");
}
