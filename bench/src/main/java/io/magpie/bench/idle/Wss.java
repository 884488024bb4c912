package io.magpie.bench.idle;

/**
 * The TLS that was measured.
 *
 * @param provider does the gateway's part, as the gateway's log names it
 * @param suite version and cipher suite
 */
record Wss(String provider, String suite) {
    private static final String JDK = "JDK";

    /** As it stands in a report. */
    String title() {
        return suite + " by " + (provider.equals(JDK) ? "the JDK" : "BoringSSL");
    }
}
