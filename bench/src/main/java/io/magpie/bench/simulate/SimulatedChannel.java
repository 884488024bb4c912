package io.magpie.bench.simulate;

import io.magpie.bench.idle.PhoneBytes;
import io.magpie.bench.idle.ServerFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of a connection without a socket, and the client at the other end of it in one object: the client
 * upgrades, says {@code connect}, and then takes what comes and answers pings. Its bytes go into the server's pipeline
 * as if they had been read; what the server writes is looked at and released where a socket would take it.
 *
 * <p>Few fields, since there are a million of these. Owner: its event loop.
 */
final class SimulatedChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final SocketAddress SERVER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private static final SocketAddress CLIENT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
    private static final byte[] UPGRADE = PhoneBytes.upgrade();
    private static final ByteBuf PONG =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(PhoneBytes.pong()));
    private static final String SWITCHING = "HTTP/1.1 101 ";
    private static final String CONNECTED = "\"type\":\"connected\"";

    /** How far the client is. */
    private enum State {
        NEW,
        UPGRADING,
        CONNECTING,
        IN,
        CLOSED
    }

    private final SocketlessConfig config = new SocketlessConfig(this);
    private final Population.Group group;
    private @Nullable LoopTally tally;
    private State state = State.NEW;
    private int lastRound;

    SimulatedChannel(Population.Group group) {
        super(null);
        this.group = group;
    }

    /** Puts a client's frame into the server's pipeline. */
    void say(byte[] frame) {
        receive(Unpooled.wrappedBuffer(frame));
    }

    /** Answers a ping. */
    void pong() {
        receive(PONG.duplicate());
    }

    /**
     * Notes that this client got the message of a round.
     *
     * @return false if it had it already
     */
    boolean first(int round) {
        boolean first = lastRound != round;
        lastRound = round;
        return first;
    }

    private void receive(ByteBuf bytes) {
        if (isActive()) {
            pipeline().fireChannelRead(bytes);
            pipeline().fireChannelReadComplete();
        }
    }

    @Override
    protected void doBeginRead() {
        if (state == State.NEW) {
            state = State.UPGRADING;
            tally = group.population().tally(eventLoop());
            eventLoop().execute(() -> say(UPGRADE));
        }
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer written) {
        for (Object message = written.current(); message != null; message = written.current()) {
            take((ByteBuf) message);
            written.remove();
        }
    }

    private void take(ByteBuf bytes) {
        switch (state) {
            case UPGRADING -> onAnswer(bytes);
            case CONNECTING -> onWelcome(bytes);
            case IN -> onFrames(bytes);
            default -> {}
        }
    }

    private void onAnswer(ByteBuf bytes) {
        if (text(bytes).startsWith(SWITCHING)) {
            state = State.CONNECTING;
            eventLoop().execute(() -> say(group.connect()));
        } else {
            group.population().failed("the server answered " + text(bytes));
        }
    }

    private void onWelcome(ByteBuf bytes) {
        if (text(bytes).contains(CONNECTED)) {
            state = State.IN;
            group.population().arrived();
        } else if (bytes.getUnsignedByte(bytes.readerIndex()) == ServerFrames.PING) {
            // The heartbeat may come first where connecting takes long.
            onFrames(bytes);
        } else {
            group.population().failed("the server said " + text(bytes));
        }
    }

    private void onFrames(ByteBuf bytes) {
        ByteBuf in = bytes.duplicate();
        while (in.isReadable()) {
            int first = in.getUnsignedByte(in.readerIndex());
            in.skipBytes(ServerFrames.sizeOf(in));
            switch (first) {
                case ServerFrames.TEXT -> Objects.requireNonNull(tally).received(this);
                case ServerFrames.PING -> Objects.requireNonNull(tally).pinged(this);
                case ServerFrames.CLOSE -> eventLoop().execute(this::close);
                default -> group.population().failed("an unexpected frame: " + text(bytes));
            }
        }
    }

    private static String text(ByteBuf bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isOpen() {
        return state != State.CLOSED;
    }

    @Override
    public boolean isActive() {
        return isOpen() && isRegistered();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new Unconnectable();
    }

    @Override
    protected SocketAddress localAddress0() {
        return SERVER;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return CLIENT;
    }

    @Override
    protected void doBind(SocketAddress localAddress) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doClose() {
        if (state == State.IN) {
            group.population().left();
        }
        state = State.CLOSED;
    }

    /** It is connected from the beginning. */
    private final class Unconnectable extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress remoteAddress, SocketAddress localAddress, ChannelPromise promise) {
            safeSetFailure(promise, new UnsupportedOperationException());
        }
    }
}
