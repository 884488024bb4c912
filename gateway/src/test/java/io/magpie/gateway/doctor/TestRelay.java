package io.magpie.gateway.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A proxy on a free port of this machine that passes bytes on, until nothing has come for a while. */
public final class TestRelay implements AutoCloseable {
    private final ServerSocket server;
    private final InetSocketAddress to;
    private final int patienceMillis;

    /**
     * @param tls what it is to its clients; null speaks plainly
     * @param patienceMillis of silence from either side; 0 is without end
     */
    public TestRelay(InetSocketAddress to, @Nullable SSLContext tls, int patienceMillis) throws IOException {
        this.to = to;
        this.patienceMillis = patienceMillis;
        InetAddress here = InetAddress.getLoopbackAddress();
        this.server = tls == null
                ? new ServerSocket(0, 50, here)
                : tls.getServerSocketFactory().createServerSocket(0, 50, here);
        start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket client = server.accept();
            client.setSoTimeout(patienceMillis);
            Socket behind = new Socket(to.getAddress(), to.getPort());
            behind.setSoTimeout(patienceMillis);
            start(() -> pass(client, behind));
            start(() -> pass(behind, client));
        }
    }

    private static void pass(Socket from, Socket onto) throws IOException {
        try (from;
                onto) {
            from.getInputStream().transferTo(onto.getOutputStream());
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // One side has gone, or was silent for too long.
                    }
                },
                "test-relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
