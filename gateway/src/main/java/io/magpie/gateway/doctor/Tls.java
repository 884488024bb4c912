package io.magpie.gateway.doctor;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * TLS to whoever answers. A handshake that looks at certificates ends where the first is wrong, and then nothing else could be
 * said; so {@link #open} takes them all, and {@link Certificates} judges them afterwards. No secret is sent on these connections.
 */
final class Tls {
    private Tls() {}

    /**
     * Connects and shakes hands.
     *
     * @param settings changes what is offered
     * @throws IOException if nobody is there, or the server doesn't agree
     */
    static SSLSocket open(PublicUrl url, Consumer<SSLParameters> settings) throws IOException {
        return open(url, new Anybody(), settings);
    }

    /**
     * Connects to nobody but whom the name is for, so that secrets may be sent.
     *
     * @throws IOException if nobody is there, or somebody else
     */
    static SSLSocket verified(PublicUrl url, Trust trust) throws IOException {
        return open(url, trust.manager(), parameters -> parameters.setEndpointIdentificationAlgorithm("HTTPS"));
    }

    private static SSLSocket open(PublicUrl url, X509TrustManager manager, Consumer<SSLParameters> settings)
            throws IOException {
        Socket socket = url.connect();
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {manager}, null);
            SSLSocket secure =
                    (SSLSocket) context.getSocketFactory().createSocket(socket, url.host(), url.port(), true);
            SSLParameters parameters = secure.getSSLParameters();
            settings.accept(parameters);
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            return secure;
        } catch (GeneralSecurityException e) {
            socket.close();
            throw new IOException("this JVM has no TLS: " + e, e);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Takes every certificate. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            // There are no clients.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            // There are no clients.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            // There are no clients.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // Judged afterwards.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            // Judged afterwards.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            // Judged afterwards.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
