package io.magpie.protocol;

import java.util.Optional;

/** How envelopes are written on a connection, chosen by the sub-protocol of the upgrade. */
public enum Encoding {
    /** {@code magpie.v1.json}: text frames, each one envelope or a JSON array of envelopes. */
    JSON("magpie.v1.json"),
    /** {@code magpie.v1.cbor}: binary frames, each one envelope or a CBOR array of envelopes (RFC 8949). */
    CBOR("magpie.v1.cbor"),
    /** No sub-protocol: text and binary frames are messages, as they are. */
    PLAIN("");

    private final String subProtocol;

    Encoding(String subProtocol) {
        this.subProtocol = subProtocol;
    }

    /** The token of {@code Sec-WebSocket-Protocol}; empty for {@link #PLAIN}. */
    public String subProtocol() {
        return subProtocol;
    }

    /** The encoding of one offered sub-protocol token, compared exactly (RFC 6455 section 4.1 has no case folding). */
    public static Optional<Encoding> ofSubProtocol(String token) {
        return switch (token) {
            case "magpie.v1.json" -> Optional.of(JSON);
            case "magpie.v1.cbor" -> Optional.of(CBOR);
            default -> Optional.empty();
        };
    }
}
