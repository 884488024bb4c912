package io.magpie.bench.compare.load;

/** How the connections of a crowd are secured. */
public enum Security {
    /** Not at all: ws. */
    NONE("ws", ""),
    /** Each connection agrees on keys, and the server proves who it is with its certificate. */
    TLS("TLS 1.3", "TLSv1.3"),
    /** As {@link #TLS}, but with the session ticket of an earlier connection, so that the certificate isn't needed. */
    RESUMED("TLS 1.3, resumed", "TLSv1.3"),
    /** As {@link #TLS}, but with the version before. */
    OLD("TLS 1.2", "TLSv1.2");

    private final String title;
    private final String protocol;

    Security(String title, String protocol) {
        this.title = title;
        this.protocol = protocol;
    }

    /** As it stands in tables. */
    public String title() {
        return title;
    }

    /** The one version of TLS that is offered, as the JDK names it; empty for none. */
    String protocol() {
        return protocol;
    }
}
