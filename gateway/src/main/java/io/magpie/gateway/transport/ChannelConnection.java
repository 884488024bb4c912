package io.magpie.gateway.transport;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.delivery.Frames;
import io.magpie.gateway.session.Session;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.gateway.support.GatewayMetrics.ConnectionState;
import io.magpie.gateway.support.LogText;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.Socket;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection on a Netty channel. It writes whole frames past the pipeline's encoders, answers pings, and sends the one
 * close frame that a connection ever gets.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class ChannelConnection implements Connection {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelConnection.class);

    private final String id;
    private final FrameFormat format;
    private final TransportLoop home;
    private final ChannelHandlerContext frames;
    private final Channel.Unsafe unsafe;
    private final @Nullable Socket socket;
    private final boolean encrypted;
    private final GatewayConfig config;
    private final GatewayMetrics metrics;
    private final Heartbeat heartbeat;
    private final Runnable flushTask = this::flushNow;

    private @Nullable Session session;
    private ConnectionState state = ConnectionState.CONNECTING;
    private boolean parting;
    private boolean closed;
    private boolean flushPending;

    /** Whether Netty's queue is known to be empty and there is a socket, so that a delivery needs nothing else. */
    private boolean direct;

    /** @param frames the context from which bytes go to the socket without meeting an encoder */
    ChannelConnection(String id, FrameFormat format, TransportLoop home, ChannelHandlerContext frames, Wiring wiring) {
        this.id = id;
        this.format = format;
        this.home = home;
        this.frames = frames;
        this.unsafe = frames.channel().unsafe();
        this.encrypted = SharedWrite.encrypted(frames.channel());
        this.socket = encrypted ? null : SharedWrite.socket(frames.channel());
        this.config = wiring.config();
        this.metrics = wiring.metrics();
        this.heartbeat = new Heartbeat(this, home.wheel(), config.heartbeat());
    }

    /** Puts the connection to use. Once. */
    void open(Session session) {
        this.session = session;
        home.add(this);
        heartbeat.begin(home);
        metrics.entered(format.encoding(), state);
        LOG.debug(
                "connection.opened connection={} format={} remote={}",
                id,
                format,
                channel().remoteAddress());
        session.onOpen();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public FrameFormat format() {
        return format;
    }

    @Override
    public DeliveryLoop loop() {
        return home.delivery();
    }

    @Override
    public boolean open() {
        return !closed && state != ConnectionState.CLOSING;
    }

    @Override
    public void activate() {
        if (open()) {
            moveTo(ConnectionState.ACTIVE);
        }
    }

    @Override
    public Outcome deliver(ByteBuf batch) {
        assert loop().inLoop();
        if (!open()) {
            return Outcome.REFUSED;
        }
        if (!direct) {
            return deliverBehind(batch);
        }
        int sent = SharedWrite.send(socket, batch);
        if (sent < batch.readableBytes()) {
            enqueue(batch, sent);
        }
        return Outcome.WRITTEN;
    }

    /** Delivers where something waited for the reader when last looked. */
    private Outcome deliverBehind(ByteBuf batch) {
        ChannelOutboundBuffer queue = unsafe.outboundBuffer();
        if (queue == null) {
            return Outcome.REFUSED;
        }
        if (!queue.isWritable()) {
            return Outcome.BEHIND;
        }
        // What is written but not flushed waits too, and mustn't be overtaken.
        direct = socket != null && queue.totalPendingWriteBytes() == 0;
        if (direct) {
            return deliver(batch);
        }
        enqueue(batch, 0);
        return Outcome.WRITTEN;
    }

    private void enqueue(ByteBuf batch, int sent) {
        direct = false;
        if (encrypted) {
            SharedWrite.write(frames, batch);
        } else {
            SharedWrite.write(unsafe, batch, sent);
        }
    }

    @Override
    public boolean writable() {
        return channel().isWritable();
    }

    @Override
    public void whenWritable(Runnable task) {
        assert loop().inLoop();
        if (!open()) {
            return;
        }
        if (channel().isWritable()) {
            // A reader whose socket takes page after page must not keep the loop from reading what others say.
            loop().later(task);
        } else {
            home.whenWritable(this, task);
        }
    }

    @Override
    public void send(ByteBuf own) {
        assert loop().inLoop();
        if (!open()) {
            own.release();
            return;
        }
        // A client that asks and asks but doesn't read is a slow reader too; its session may still say goodbye.
        if (!parting && tooFarBehind()) {
            own.release();
            giveUp();
            return;
        }
        metrics.framesOut(1, own.readableBytes());
        direct = false;
        frames.write(own);
        if (!channel().isWritable()) {
            // Much at once is no sign of a slow reader: what the socket takes now isn't held against it.
            frames.flush();
        } else if (!flushPending) {
            flushPending = true;
            loop().post(flushTask);
        }
    }

    @Override
    public void close(CloseCode code, String reason) {
        assert loop().inLoop();
        if (!open() || parting) {
            return;
        }
        parting = true;
        LOG.debug("connection.closing connection={} code={} reason={}", id, code.code(), LogText.quote(reason));
        try {
            if (session != null) {
                session.onClosing(code, reason);
            }
        } finally {
            moveTo(ConnectionState.CLOSING);
            metrics.closed(code);
            // First the deadline, so that the connection ends even if its last frame can't be written.
            home.endWithin(
                    channel(), CloseFrames.patience(code, config.websocket().closeTimeout()));
            frames.writeAndFlush(CloseFrames.frame(frames.alloc(), code.code(), reason));
            // Else the client's answer wouldn't be heard.
            channel().config().setAutoRead(true);
        }
    }

    /** What the client's frames mean to, as long as the connection is open. */
    Optional<Session> session() {
        return open() ? Optional.ofNullable(session) : Optional.empty();
    }

    @Override
    public void after(Duration delay, Runnable task) {
        home.wheel().add(new Delayed(this, home.wheel().due(delay), task), delay);
    }

    /** The peer sent its close frame; answers it if it is the first, and ends the TCP connection. */
    void onPeerClose(int code, boolean valid) {
        if (!open()) {
            channel().close();
        } else if (valid) {
            endSession();
            moveTo(ConnectionState.CLOSING);
            metrics.closedByPeer();
            frames.writeAndFlush(CloseFrames.frame(frames.alloc(), code, "")).addListener(ChannelFutureListener.CLOSE);
            home.endWithin(channel(), config.websocket().closeTimeout());
        } else {
            close(CloseCode.PROTOCOL_ERROR, "close code " + code + " may not be sent");
        }
    }

    /** Anything arrived: the peer lives. */
    void onRead() {
        heartbeat.heard();
    }

    /**
     * Answers a ping with its own payload. A peer that doesn't read is answered the last of its pings alone (RFC 6455
     * section 5.5.3), and when it reads again; never after a close frame.
     */
    void onPing(ByteBuf payload) {
        if (!channel().isWritable()) {
            home.pinged(this, ByteBufUtil.getBytes(payload));
        } else if (open()) {
            ByteBuf pong = frames.alloc().buffer(Frames.MAX_HEADER + payload.readableBytes());
            Frames.header(pong, Frames.PONG, false, payload.readableBytes());
            send(pong.writeBytes(payload, payload.readerIndex(), payload.readableBytes()));
        }
    }

    void onWritabilityChanged() {
        home.slow(this, !channel().isWritable());
        if (channel().isWritable()) {
            // Pings may have waited behind all that it has just taken.
            heartbeat.excuse();
        }
    }

    /** The TCP connection is gone. Once. */
    void onInactive() {
        if (closed) {
            return;
        }
        if (state != ConnectionState.CLOSING) {
            metrics.closedByPeer();
        }
        closed = true;
        metrics.left(format.encoding(), state);
        home.remove(this);
        endSession();
        LOG.debug("connection.closed connection={}", id);
    }

    @Override
    public void reading(boolean on) {
        if (!open()) {
            // The closing handshake is read in any case.
            return;
        }
        channel().config().setAutoRead(on);
        if (on) {
            heartbeat.excuse();
        }
    }

    /** Asks the peer for a sign of life. */
    void ping() {
        ByteBuf ping = frames.alloc().buffer(Frames.MAX_HEADER);
        Frames.header(ping, Frames.PING, false, 0);
        send(ping);
    }

    /** Whether the TCP connection is gone. */
    boolean over() {
        return closed;
    }

    /** The client takes too little of what waits for it. */
    void giveUp() {
        close(CloseCode.SLOW_CONSUMER, "reads too slowly; reconnect and resume");
    }

    /** What has gone out of what waited: differs from one look to the next if and only if the client has read. */
    long drained() {
        ChannelOutboundBuffer queue = unsafe.outboundBuffer();
        return queue == null ? 0 : queue.currentProgress() - queue.totalPendingWriteBytes();
    }

    /** Bytes written that the socket hasn't taken. */
    long queuedBytes() {
        ChannelOutboundBuffer queue = unsafe.outboundBuffer();
        return queue == null ? 0 : queue.totalPendingWriteBytes();
    }

    Channel channel() {
        return frames.channel();
    }

    @Override
    public String toString() {
        return "connection " + id;
    }

    private boolean tooFarBehind() {
        return !channel().isWritable()
                && queuedBytes() > config.outbound().maxBytes().bytes();
    }

    private void endSession() {
        Session ending = session;
        session = null;
        if (ending != null) {
            ending.onClosed();
        }
    }

    private void flushNow() {
        flushPending = false;
        frames.flush();
    }

    private void moveTo(ConnectionState next) {
        metrics.left(format.encoding(), state);
        metrics.entered(format.encoding(), next);
        state = next;
    }
}
