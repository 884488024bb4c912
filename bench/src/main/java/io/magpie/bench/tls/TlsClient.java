package io.magpie.bench.tls;

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
public final class TlsClient implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final SslContext context;
    private final Trust trust = new Trust();
    private String cipher = "";

    /**
     * TLS for connections to one server; nothing is remembered of other crowds.
     *
     * @param protocol the one version that is offered, as the JDK names it
     * @throws UncheckedIOException if there is no such TLS here
     */
    public TlsClient(String protocol) {
        try {
            context = SslContextBuilder.forClient()
                    .sslProvider(provider())
                    .protocols(protocol)
                    .trustManager(trust)
                    .endpointIdentificationAlgorithm(null)
                    .build();
        } catch (SSLException e) {
            throw new UncheckedIOException("the load can't have " + protocol, e);
        }
    }

    /** What does the load's part of TLS, for a report. */
    public static String name() {
        return OpenSsl.isAvailable() ? OpenSsl.versionString() : "JDK " + Runtime.version();
    }

    /** The first handler of a connection whose session isn't remembered, and that doesn't resume one. */
    public SslHandler handler(ByteBufAllocator allocator) {
        return watched(context.newHandler(allocator));
    }

    /**
     * The first handler of a connection that resumes a session if there was one with this server, and else has its own
     * remembered.
     *
     * @param port of the server on 127.0.0.1
     */
    public SslHandler handler(ByteBufAllocator allocator, int port) {
        return watched(context.newHandler(allocator, HOST, port));
    }

    /** How many handshakes had the server show its certificate; those that resumed a session don't. */
    public int shown() {
        return trust.shown;
    }

    /** Version and cipher suite of the last handshake; empty before the first. */
    public String cipher() {
        return cipher;
    }

    @Override
    public void close() {
        ReferenceCountUtil.release(context);
    }

    private SslHandler watched(SslHandler handler) {
        handler.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                SSLSession session = handler.engine().getSession();
                cipher = session.getProtocol() + " " + session.getCipherSuite();
            }
        });
        return handler;
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
