package io.magpie.gateway.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * TLS as phones need it: 1.2 or newer, 1.2 also alone, HTTP/1.1, and certificates that {@link Certificates} finds right.
 *
 * @param ca certificates in PEM that are trusted beside the JVM's
 */
record TlsCheck(PublicUrl url, @Nullable Path ca) {
    static final String WHAT = "TLS";
    private static final String OLD = "TLS 1.2 alone";
    private static final String ALPN = "TLS ALPN";
    private static final String HTTP_1 = "http/1.1";

    List<Finding> look() throws IOException, GeneralSecurityException {
        if (!url.secure()) {
            return List.of(
                    Hosts.loopback(url.host())
                            ? Finding.skipped(WHAT, "ws:// on this machine has none; phones want wss://")
                            : Finding.warn(
                                    WHAT,
                                    "ws:// has none",
                                    "Phones want wss:// on a domain of the mini-program's list; put a TLS proxy in front, or let"
                                            + " the gateway speak TLS."));
        }
        List<Finding> findings = new ArrayList<>();
        List<X509Certificate> chain;
        try (SSLSocket socket = Tls.open(url, parameters -> {})) {
            String protocol = socket.getSession().getProtocol();
            findings.add(Finding.ok(WHAT, protocol + ", " + socket.getSession().getCipherSuite()));
            chain = Stream.of(socket.getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (IOException e) {
            return List.of(Finding.fail(
                    WHAT,
                    "no handshake with " + url.authority() + ": " + e,
                    "Is the name right, the port open, and does it speak TLS 1.2 or newer? This JVM, like phones, has nothing"
                            + " older."));
        }
        findings.add(old());
        findings.add(alpn());
        findings.addAll(new Certificates(url.host(), Instant.now(), Trust.load(ca)).judge(chain));
        return findings;
    }

    private Finding old() {
        return offered(
                OLD,
                parameters -> parameters.setProtocols(new String[] {"TLSv1.2"}),
                "Allow it beside 1.3 (nginx: ssl_protocols TLSv1.2 TLSv1.3), with ECDHE and AES-GCM: older phones have nothing"
                        + " newer.");
    }

    private Finding alpn() {
        return offered(
                ALPN,
                parameters -> parameters.setApplicationProtocols(new String[] {HTTP_1}),
                "Let the server take http/1.1 beside h2, and clients that offer nothing: phones upgrade by HTTP/1.1.");
    }

    private Finding offered(String what, Consumer<SSLParameters> offer, String advice) {
        try (SSLSocket socket = Tls.open(url, offer)) {
            String chosen = socket.getApplicationProtocol();
            if (chosen != null && !chosen.isEmpty() && !chosen.equals(HTTP_1)) {
                return Finding.fail(what, "the server takes " + chosen + ", which wasn't offered", advice);
            }
            return Finding.ok(
                    what, what.equals(ALPN) ? "a client of HTTP/1.1 is taken" : "a client of TLS 1.2 is taken");
        } catch (IOException e) {
            return Finding.fail(what, "no handshake: " + e, advice);
        }
    }
}
