package io.magpie.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy between two sockets of this process. */
class ChaosProxyIT {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final byte[] MESSAGE = "0123456789".repeat(100).getBytes(StandardCharsets.US_ASCII);

    private ServerSocket listener;
    private ChaosProxy proxy;
    private Socket client;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        proxy = new ChaosProxy(
                new AtomicReference<>(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort())), 1);
        client = new Socket(proxy.open().getAddress(), proxy.open().getPort());
        server = listener.accept();
        client.setSoTimeout(TIMEOUT_MILLIS);
        server.setSoTimeout(TIMEOUT_MILLIS);
        // The proxy knows the connection when a byte has come through.
        client.getOutputStream().write(1);
        assertThat(server.getInputStream().read()).isEqualTo(1);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        listener.close();
        proxy.close();
    }

    @Test
    void slicesAndDelaysKeepEveryByteInOrder() throws IOException {
        proxy.disturb(new Disturbance(Disturbance.Kind.SLICE, true, 0), 1);
        client.getOutputStream().write(MESSAGE);
        assertThat(server.getInputStream().readNBytes(MESSAGE.length)).isEqualTo(MESSAGE);
        proxy.disturb(new Disturbance(Disturbance.Kind.DELAY, false, 20), 1);
        server.getOutputStream().write(MESSAGE);
        proxy.heal();
        server.getOutputStream().write(2);
        assertThat(client.getInputStream().readNBytes(MESSAGE.length)).isEqualTo(MESSAGE);
        assertThat(client.getInputStream().read()).isEqualTo(2);
    }

    @Test
    void aCutComesAfterItsBytes() throws IOException {
        proxy.disturb(new Disturbance(Disturbance.Kind.CUT, true, 500), 1);
        client.getOutputStream().write(MESSAGE);
        assertThat(server.getInputStream().readAllBytes()).hasSize(500);
        assertThat(proxy.cuts()).isEqualTo(1);
    }

    @Test
    void aResetIsSeenByTheClient() throws IOException {
        proxy.disturb(new Disturbance(Disturbance.Kind.RESET, false, 1), 1);
        server.getOutputStream().write(MESSAGE);
        assertThatThrownBy(() -> client.getInputStream().readAllBytes()).isInstanceOf(IOException.class);
    }

    @Test
    void aBlackHoleTellsNobodyUntilTheNetworkIsGoodAgain() throws IOException {
        proxy.disturb(new Disturbance(Disturbance.Kind.BLACK_HOLE, true, 0), 1);
        client.getOutputStream().write(MESSAGE);
        server.setSoTimeout(100);
        assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        proxy.heal();
        assertThatThrownBy(() -> server.getInputStream().read()).isNotInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void aHalfOpenConnectionEndsForOneSideOnly() throws IOException {
        proxy.disturb(new Disturbance(Disturbance.Kind.HALF_OPEN, true, 0), 1);
        assertThat(server.getInputStream().read()).isEqualTo(-1);
        client.setSoTimeout(100);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }
}
