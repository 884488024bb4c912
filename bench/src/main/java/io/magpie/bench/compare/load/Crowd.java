package io.magpie.bench.compare.load;

import io.magpie.bench.tls.TlsClient;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one server. They are opened once, and may then serve many measurements.
 *
 * <p>Owner: the event loop of the load; the main thread gets it from {@link LoadLoop} and only hands it back.
 */
public final class Crowd {
    /** Ports of one address that a crowd uses: well below what the kernel has to give. */
    private static final int PER_ADDRESS = 10_000;

    private static final int READ_BYTES = 32 << 10;
    private static final int STOPPED_RECEIVE_BYTES = 4096;
    private static final int CONNECT_MILLIS = 10_000;

    private final CrowdPlan plan;
    private final EventLoop loop;
    private final Promise<Crowd> complete;
    private final FrameCursor cursor = new FrameCursor();
    private final Meter meter = new Meter();
    private final Faults faults = new Faults();
    private final Messages messages;
    private final Verifier verifier;
    private final @Nullable TlsClient tls;
    private final List<Room> rooms = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private int started;
    private int entered;
    private boolean closed;

    /** @throws java.io.UncheckedIOException if there is no such TLS here as the plan wants */
    Crowd(CrowdPlan plan, EventLoop loop) {
        this.plan = plan;
        this.loop = loop;
        this.complete = loop.newPromise();
        this.messages = new Messages(plan.size(), meter);
        this.verifier = new Verifier(plan.dialect(), messages);
        this.tls = plan.security() == Security.NONE
                ? null
                : new TlsClient(plan.security().protocol());
        for (int room = 0; room < plan.rooms(); room++) {
            rooms.add(new Room(plan.firstRoom() + room));
        }
        for (int number = 0; number < plan.size(); number++) {
            Room room = rooms.get(number % plan.rooms());
            Member member = new Member(number, room, room.members().size() < plan.readers());
            room.members().add(member);
            members.add(member);
        }
    }

    /** Begins to connect; the promise ends when all members are in, or with the first that can't get in. */
    Promise<Crowd> open() {
        for (int i = 0; i < Math.min(plan.connecting(), members.size()); i++) {
            connectNext();
        }
        return complete;
    }

    CrowdPlan plan() {
        return plan;
    }

    EventLoop loop() {
        return loop;
    }

    FrameCursor cursor() {
        return cursor;
    }

    Messages messages() {
        return messages;
    }

    Meter meter() {
        return meter;
    }

    Faults faults() {
        return faults;
    }

    List<Member> members() {
        return members;
    }

    /** What became of the members' handshakes so far. */
    Secured secured() {
        return tls == null ? Secured.NONE : new Secured(tls.shown(), tls.cipher());
    }

    /** How many are in so far. */
    int entered() {
        return entered;
    }

    /**
     * Publishes several messages of one member in one write.
     *
     * @param due when each should have been published
     */
    void publish(Member publisher, long due, int count) {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer();
        for (int i = 0; i < count; i++) {
            int message = messages.published(publisher.number(), due, plan.readers());
            append(out, plan.dialect().publish(publisher.room().number(), Payloads.of(message)));
        }
        publisher.send(out);
    }

    /** Says what a member has to say after the upgrade; returns whether that is nothing. */
    boolean hello(Member member) {
        List<byte[]> hello = plan.hello() ? plan.dialect().hello(member.room().number()) : List.of();
        if (!hello.isEmpty()) {
            ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer();
            hello.forEach(message -> append(out, message));
            member.send(out);
        }
        return hello.isEmpty();
    }

    /** A member is in its room. */
    void entered(Member member) {
        entered++;
        if (!member.reads()) {
            member.stopReading();
        }
        if (entered == members.size()) {
            complete.trySuccess(this);
        } else {
            connectNext();
        }
    }

    void received(Member member, ByteBuffer in, FrameCursor frame, long now) throws DeliveryFault {
        verifier.received(member, in, frame, now);
    }

    /** A member's connection ended; it is a fault unless the crowd did that, or the member has stopped reading. */
    void lost(Member member, String why) {
        member.close();
        boolean deserved = !member.reads() && complete.isSuccess();
        if (!closed && !deserved) {
            faults.add("member " + member.number() + ": " + why);
            complete.tryFailure(new DeliveryFault(why));
        }
    }

    /** Ends all connections. */
    void close() {
        if (tls != null && !closed) {
            tls.close();
        }
        closed = true;
        members.forEach(Member::close);
        rooms.forEach(Room::close);
    }

    private void append(ByteBuf out, byte[] message) {
        ClientFrames.append(out, plan.dialect().binary() ? FrameCursor.BINARY : FrameCursor.TEXT, message);
    }

    private void connectNext() {
        if (closed || started == members.size()) {
            return;
        }
        Member member = members.get(started);
        started++;
        ChannelFuture connecting =
                bootstrap(member).connect(loopback(1, plan.port()), loopback(1 + member.number() / PER_ADDRESS, 0));
        connecting.addListener(future -> {
            if (!future.isSuccess()) {
                lost(member, String.valueOf(future.cause()));
            }
        });
    }

    private Bootstrap bootstrap(Member member) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_LINGER, 0)
                // The kernel then picks the port when it knows both ends, so that ports of one address can be reused.
                .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        prepare(channel, member);
                    }
                });
        // The less its kernel takes for it, the sooner the server notices that it doesn't read.
        return member.reads() ? bootstrap : bootstrap.option(ChannelOption.SO_RCVBUF, STOPPED_RECEIVE_BYTES);
    }

    private void prepare(Channel channel, Member member) {
        if (tls != null) {
            SslHandler security = plan.security() == Security.RESUMED
                    ? tls.handler(channel.alloc(), plan.port())
                    : tls.handler(channel.alloc());
            channel.pipeline().addLast(security);
        }
        channel.pipeline().addLast(new MemberHandler(this, member));
    }

    private static InetSocketAddress loopback(int host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host}), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
