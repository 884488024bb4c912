package io.magpie.bench;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One mini-program: connects, becomes a member of its room, publishes when told, and books what it receives.
 *
 * <p>Last in its pipeline. Owner: its event loop.
 */
// A write that fails closes its channel, and that is booked; tasks on a loop report for themselves.
@SuppressWarnings("FutureReturnValueIgnored")
abstract class Client extends SimpleChannelInboundHandler<WebSocketFrame> {
    /** Told when a client's life changes, on the client's loop. */
    interface Listener {
        /** The client is a member of its room, or will never be. Called once for each client. */
        void settled(boolean ready);

        /** The client's connection is gone. Called once for each client that had one. */
        void gone();
    }

    private enum State {
        CONNECTING,
        READY,
        /** Failed, closed, or told to leave: what happens now isn't booked. */
        OVER
    }

    private final int number;
    private final Station station;
    private final Listener listener;
    private @Nullable ChannelHandlerContext context;
    private State state = State.CONNECTING;
    private boolean upgraded;
    private int published;
    private String closeReason = "1006 no close frame";

    Client(int number, Station station, Listener listener) {
        this.number = number;
        this.station = station;
        this.listener = listener;
    }

    /** The client of a number in the mode of its plan. */
    static Client of(int number, Station station, Listener listener) {
        return switch (station.plan().target().mode()) {
            case PLAIN -> new PlainClient(number, station, listener);
            case JSON, CBOR -> new EnvelopeClient(number, station, listener);
        };
    }

    /** The WebSocket is open; calls {@link #ready} now or when the server has answered. */
    abstract void opened(ChannelHandlerContext ctx);

    /** A text or binary frame, which the caller releases. */
    abstract void received(ChannelHandlerContext ctx, WebSocketFrame frame);

    /** The frame of this client's next message. */
    abstract WebSocketFrame message(ChannelHandlerContext ctx, int messageNumber, long intended);

    /** The message has been handed to the socket. */
    abstract void sent(int messageNumber);

    final int number() {
        return number;
    }

    final int room() {
        return station.plan().load().roomOf(number);
    }

    final Station station() {
        return station;
    }

    /**
     * Sends a message that should be sent at {@code intended}.
     *
     * @return false if the socket is closed, or so full that the message would only wait in the bench
     */
    final boolean publish(long intended) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || state != State.READY || !ctx.channel().isWritable()) {
            return false;
        }
        published++;
        ctx.writeAndFlush(message(ctx, published, intended));
        sent(published);
        return true;
    }

    /** Says goodbye; whatever comes from now on isn't booked. */
    final void leave() {
        state = State.OVER;
        ChannelHandlerContext ctx = context;
        if (ctx != null && upgraded) {
            ctx.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
        } else if (ctx != null) {
            ctx.close();
        }
    }

    /** The TCP connection failed. */
    final void unreachable(Throwable cause) {
        fail(reason(cause));
    }

    /** The client is a member of its room. */
    final void ready(Member member) {
        if (state == State.CONNECTING) {
            state = State.READY;
            station.ledger().joined(member);
            listener.settled(true);
        }
    }

    /** If the client isn't ready yet, it will never be, and its connection is closed. */
    final void fail(String reason) {
        if (state != State.CONNECTING) {
            return;
        }
        state = State.OVER;
        station.ledger().failed(reason);
        listener.settled(false);
        if (context != null) {
            context.close();
        }
    }

    /** Whether these bytes are a message of this run, as it was sent; books it if not. */
    final boolean intact(Member member, byte[] bytes) {
        if (!station.payload().ours(bytes)) {
            station.ledger().foreign(member);
            return false;
        }
        if (!station.payload().intact(bytes)) {
            station.ledger().corrupt(member);
            return false;
        }
        station.ledger().counts().increment(Count.DELIVERED);
        return true;
    }

    /** Books the first delivery of an {@link #intact} message. */
    final void deliver(Member member, byte[] bytes) {
        Payload payload = station.payload();
        member.received(payload.publisher(bytes), payload.number(bytes));
        station.recorder().delivered(payload.intended(bytes), station.clock().getAsLong());
    }

    @Override
    public final void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        if (state == State.OVER) {
            ctx.close();
            return;
        }
        long timeout = station.plan().target().connectTimeout().toMillis();
        ctx.executor().schedule(this::checkSettled, timeout, TimeUnit.MILLISECONDS);
    }

    @Override
    public final void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            upgraded = true;
            opened(ctx);
        }
    }

    @Override
    protected final void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
        if (frame instanceof CloseWebSocketFrame close) {
            closeReason = close.statusCode() + " " + close.reasonText();
            ctx.close();
        } else if (state != State.OVER) {
            received(ctx, frame);
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext ctx) {
        if (state == State.READY) {
            state = State.OVER;
            station.ledger().closed(closeReason.trim());
        } else {
            fail(upgraded ? "closed with " + closeReason.trim() : "closed during the handshake");
        }
        listener.gone();
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        closeReason = "1006 " + reason(cause);
        fail(reason(cause));
        ctx.close();
    }

    private void checkSettled() {
        if (state == State.CONNECTING) {
            fail("not ready within " + station.plan().target().connectTimeout().toMillis() + " ms");
        }
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
