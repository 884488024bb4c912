package io.magpie.bench.compare.load;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The TLS of a crowd, on BoringSSL where that is: what the load spends is missing elsewhere. It trusts every
 * certificate, and counts how many it is shown.
 *
 * <p>Owner: the event loop of the load. Closing it frees what isn't on the heap; connections may outlive it.
 */
final class TlsClient implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final SslContext context;
    private final Trust trust = new Trust();
    private final boolean resumes;
    private final int port;
    private String cipher = "";

    /**
     * TLS for connections to one server; nothing is remembered of other crowds.
     *
     * @throws UncheckedIOException if there is no such TLS here
     */
    TlsClient(Security security, int port) {
        this.resumes = security == Security.RESUMED;
        this.port = port;
        try {
            context = SslContextBuilder.forClient()
                    .sslProvider(provider())
                    .protocols(security.protocol())
                    .trustManager(trust)
                    .endpointIdentificationAlgorithm(null)
                    .build();
        } catch (SSLException e) {
            throw new UncheckedIOException("the load can't have " + security.title(), e);
        }
    }

    /** What does the load's part of TLS, for a report. */
    static String name() {
        return OpenSsl.isAvailable() ? OpenSsl.versionString() : "JDK " + Runtime.version();
    }

    /** The first handler of a connection. A session is remembered by the server's address, or not at all. */
    SslHandler handler(ByteBufAllocator allocator) {
        return resumes ? context.newHandler(allocator, HOST, port) : context.newHandler(allocator);
    }

    /** A handshake was a success. */
    void shaken(SSLSession session) {
        cipher = session.getProtocol() + " " + session.getCipherSuite();
    }

    /** What became of all handshakes so far. */
    Secured secured() {
        return new Secured(trust.shown, cipher);
    }

    @Override
    public void close() {
        ReferenceCountUtil.release(context);
    }

    private static SslProvider provider() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    }

    /**
     * Trusts everybody. Who resumes a session isn't asked for its certificate, whatever does the TLS, so the calls are
     * the full handshakes.
     *
     * <p>Owner: the event loop of the load.
     */
    private static final class Trust extends X509ExtendedTrustManager {
        private int shown;

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            shown++;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            shown++;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            shown++;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            throw new UnsupportedOperationException("only servers are asked");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new UnsupportedOperationException("only servers are asked");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException("only servers are asked");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
