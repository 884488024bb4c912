package io.magpie.bench.verify;

import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All clients and the history, on one event loop.
 *
 * <p>Owner: the loop. The main thread's calls post to it and, where they answer, wait for it.
 */
// Tasks on the loop report for themselves.
@SuppressWarnings("FutureReturnValueIgnored")
final class Crowd implements AutoCloseable {
    private static final long TICK_MILLIS = 5;
    private static final int RESEND_TICKS = 10;
    private static final int READ_TICKS = 20;
    private static final int BURST = 200;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int RECEIVE_BUFFER = 64 << 10;
    private static final double NANOS = 1e9;

    private final Party party;
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("verify-clients", true),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final Bootstrap bootstrap;
    private final AtomicLong connections = new AtomicLong();
    private final List<Member> members = new ArrayList<>();
    private final List<RoomId> rooms = new ArrayList<>();
    private double appetite;
    private boolean publishing;
    private long beganNanos;
    private long published;
    private long ticks;

    /**
     * How it is going.
     *
     * @param unsettled clients that aren't in the room, wait for an answer or have less than others
     */
    record Pulse(long sent, long acknowledged, int unsettled) {}

    Crowd(VerifyPlan plan, Journal journal, AtomicReference<@Nullable InetSocketAddress> server) {
        this.party = new Party(
                plan,
                new Payloads(plan.seed(), plan.load().size()),
                journal,
                loop,
                server,
                new SplittableRandom(plan.seed()),
                () -> appetite);
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .option(ChannelOption.TCP_NODELAY, true);
        for (int i = 0; i < plan.load().rooms(); i++) {
            rooms.add(new RoomId("verify-" + i));
        }
        for (int i = 0; i < plan.load().clients(); i++) {
            members.add(new Member(i + 1, rooms.get(i % rooms.size()), party, bootstrap, connections));
        }
    }

    /** Everybody connects, and comes back from now on. */
    void connect() {
        loop.execute(() -> {
            members.forEach(Member::connect);
            tick();
        });
    }

    /** Sends at the plan's rate from now on, or no more. */
    void publishing(boolean on) {
        loop.execute(() -> {
            publishing = on;
            beganNanos = System.nanoTime()
                    - (long) (published * NANOS / party.plan().load().rate());
        });
    }

    /** Of the oks that come from now on, so many are lost. */
    void eat(double fraction) {
        loop.execute(() -> appetite = fraction);
    }

    /** A share of the clients reads nothing from now on, or all read again. */
    void slow(double share) {
        loop.execute(
                () -> members.forEach(member -> member.reading(party.random().nextDouble() >= share)));
    }

    /** Adds something to the history that no client saw. */
    void note(Entry.Kind kind, long seq, String note) {
        loop.execute(() -> party.journal().add(Entry.ofBench(System.nanoTime(), kind, seq, note)));
    }

    Pulse pulse() {
        return ask(() -> new Pulse(
                published, members.stream().mapToLong(Member::acknowledged).sum(), unsettled()));
    }

    /** Reads all rooms' logs into the history; the future says whether it could. */
    CompletableFuture<Boolean> readAll() {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        loop.execute(() -> new FinalRead(party, List.copyOf(rooms))
                .begin(bootstrap, connections.incrementAndGet())
                .thenAccept(done::complete));
        return done;
    }

    /** Ends all connections and the history. */
    @Override
    public void close() {
        loop.submit(() -> {
                    publishing = false;
                    members.forEach(Member::leave);
                    party.journal().close();
                })
                .awaitUninterruptibly();
        group.shutdownGracefully(0, CONNECT_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    private void tick() {
        long now = System.nanoTime();
        if (publishing) {
            publishDue(now);
        }
        if (++ticks % RESEND_TICKS == 0) {
            members.forEach(member -> member.tick(now));
        }
        if (publishing && ticks % READ_TICKS == 0) {
            members.get(party.random().nextInt(members.size())).read();
        }
        loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What is due is sent by whoever can; what nobody can send now stays due. */
    private void publishDue(long now) {
        VerifyPlan.Load load = party.plan().load();
        long due = (long) ((now - beganNanos) / NANOS * load.rate());
        long end = load.messages() == 0 ? due : Math.min(due, load.messages());
        int failures = 0;
        for (int i = 0; i < BURST && published < end && failures < load.publishers(); i++) {
            Member member = members.get(party.random().nextInt(load.publishers()));
            if (member.mayPublish()) {
                member.publish();
                published++;
            } else {
                failures++;
            }
        }
    }

    private int unsettled() {
        Map<RoomId, Position> heads = new HashMap<>();
        for (Member member : members) {
            Position position = member.position();
            if (position != null) {
                heads.merge(
                        member.room(),
                        new Position(position.epoch(), Math.max(position.seq(), member.highest()), Position.NO_TIME),
                        Crowd::further);
            }
        }
        return (int) members.stream()
                .filter(member -> !member.quiet() || !isAt(member.position(), heads.get(member.room())))
                .count();
    }

    private static Position further(Position one, Position other) {
        return one.seq() >= other.seq() ? one : other;
    }

    private static boolean isAt(@Nullable Position position, @Nullable Position head) {
        return position != null
                && head != null
                && position.seq() == head.seq()
                && position.epoch().equals(head.epoch());
    }

    private <T> T ask(Supplier<T> question) {
        return loop.submit(question::get).syncUninterruptibly().getNow();
    }
}
