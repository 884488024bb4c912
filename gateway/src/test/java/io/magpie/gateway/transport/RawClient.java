package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.CommandWriter;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventReader;
import io.magpie.protocol.Request;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client on a blocking socket that can say anything, right or wrong. One thread. Reads wait for half a minute. */
public final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final WireReader in;
    private final Queue<Event> events = new ArrayDeque<>();

    public RawClient(InetSocketAddress server) throws IOException {
        this(connect(server));
    }

    /** On a connection that is there already, perhaps with TLS. */
    public RawClient(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new WireReader(new BufferedInputStream(socket.getInputStream()));
    }

    /** Connects by TLS, as a client that trusts what the context trusts. */
    public static RawClient secure(InetSocketAddress server, SSLContext context, String... protocols)
            throws IOException {
        return secure(connect(server), context, protocols);
    }

    /** Begins with bytes that come before TLS. */
    public static RawClient secure(byte[] first, InetSocketAddress server, SSLContext context) throws IOException {
        Socket plain = connect(server);
        plain.getOutputStream().write(first);
        return secure(plain, context);
    }

    private static RawClient secure(Socket plain, SSLContext context, String... protocols) throws IOException {
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return new RawClient(socket);
    }

    private static Socket connect(InetSocketAddress server) throws IOException {
        Socket socket = new Socket();
        socket.connect(server, PATIENCE_MILLIS);
        return socket;
    }

    /** What was agreed on with TLS. */
    public SSLSocket tls() {
        return (SSLSocket) socket;
    }

    /** Connects and upgrades, which must succeed. */
    public static RawClient upgraded(InetSocketAddress server, String target, String... headers) throws IOException {
        RawClient client = new RawClient(server);
        HttpReply reply = client.ask(RawRequest.upgrade(target, headers));
        assertThat(reply.status()).as("%s", reply).isEqualTo(101);
        return client;
    }

    public HttpReply ask(RawRequest request) throws IOException {
        send(request.bytes());
        return in.reply();
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    public void send(ClientFrame... frames) throws IOException {
        for (ClientFrame frame : frames) {
            send(frame.bytes());
        }
    }

    /** Sends a command as an envelope. */
    public void send(Encoding encoding, Request request) throws IOException {
        ByteBuf out = Unpooled.buffer();
        new CommandWriter(encoding).write(request, out);
        send(ClientFrame.of(encoding == Encoding.JSON ? 1 : 2, ByteBufUtil.getBytes(out)));
    }

    public WireReader in() {
        return in;
    }

    /** The next frame, which must come. */
    public ServerFrame next() throws IOException {
        Optional<ServerFrame> frame = in.frame();
        assertThat(frame).as("a frame before the end").isPresent();
        return frame.orElseThrow();
    }

    /** The next envelope, which must come. */
    public Event event(Encoding encoding) throws IOException {
        while (events.isEmpty()) {
            events.addAll(new EventReader(encoding).read(Unpooled.wrappedBuffer(next().message())));
        }
        return events.remove();
    }

    /** The next envelope of a type; others are skipped. */
    public <E extends Event> E event(Encoding encoding, Class<E> type) throws IOException {
        Event event = event(encoding);
        while (!type.isInstance(event)) {
            event = event(encoding);
        }
        return type.cast(event);
    }

    /** All that comes until the server ends the stream, also by a reset. */
    public List<ServerFrame> framesToEnd() {
        List<ServerFrame> frames = new ArrayList<>();
        try {
            for (Optional<ServerFrame> frame = in.frame(); frame.isPresent(); frame = in.frame()) {
                frames.add(frame.get());
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        return frames;
    }

    /** Like {@link #framesToEnd}, but answers the close frame, as a decent client does. */
    public List<ServerFrame> framesToEndAfterAnswering() throws IOException {
        List<ServerFrame> frames = new ArrayList<>();
        do {
            frames.add(next());
        } while (!frames.get(frames.size() - 1).isClose());
        try {
            send(ClientFrame.of(8, frames.get(frames.size() - 1).payload()));
        } catch (SocketException ended) {
            // The server waited, but not for so slow a client; what it said is read all the same.
            assertThat(ended).hasMessageMatching(".*(reset|Broken pipe).*");
        }
        frames.addAll(framesToEnd());
        return frames;
    }

    /** {@link #close} will send a reset, as a phone that loses its network. */
    public void resetOnClose() throws IOException {
        socket.setSoLinger(true, 0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
