package io.magpie.bench.reconnect;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * All clients, on one event loop: they connect, come back, and publish at the load's rate.
 *
 * <p>Owner: the loop. The main thread's calls post to it and, where they answer, wait for it.
 */
// Tasks on the loop report for themselves.
@SuppressWarnings("FutureReturnValueIgnored")
final class Crowd implements AutoCloseable {
    private static final long TICK_MILLIS = 5;
    private static final long POLL_MILLIS = 50;
    private static final int BURST = 200;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int RECEIVE_BUFFER = 64 << 10;
    private static final double NANOS = 1e9;

    /** At the beginning nobody is in a hurry. */
    private static final long MICROS_BETWEEN_FIRST_CONNECTS = 2_000;

    private final Load load;
    private final Party party;
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("reconnect-clients", true),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final Window calm = new Window(System.nanoTime());
    private final List<Member> members = new ArrayList<>();
    private final List<Member> clients;
    private final List<Member> publishers;
    private boolean publishing;
    private long beganNanos;
    private int publishedBefore;
    private int published;
    private int turn;

    /**
     * How it is.
     *
     * @param connected of all connections, those that are in their room
     * @param at how many of them each site has
     * @param pending sends that aren't answered yet
     * @param behind clients that lack something that was answered ok
     */
    record Pulse(int connected, List<Integer> at, int pending, int behind) {}

    /** What was booked in a window. */
    record Booked(Moves moves, Sends sends) {}

    /**
     * Makes them; nobody connects yet.
     *
     * @param sites where they can be; clients begin at all of them in equal numbers
     * @param resets whether a client that ends its connection resets it, so that the server gets no end of stream
     */
    Crowd(Load load, List<Site> sites, boolean resets) {
        this.load = load;
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .option(ChannelOption.TCP_NODELAY, true);
        if (resets) {
            bootstrap.option(ChannelOption.SO_LINGER, 0);
        }
        String text = '"' + "x".repeat(load.size()) + '"';
        this.party = new Party(
                List.copyOf(sites), loop, bootstrap, new SplittableRandom(), new AtomicLong(), new Book(calm), text);
        for (int i = 0; i < load.connections(); i++) {
            RoomId room = new RoomId("room-" + i % load.rooms());
            members.add(new Member(i + 1, room, party, (i + i / load.rooms()) % sites.size()));
        }
        this.clients = members.subList(0, load.clients());
        this.publishers =
                load.apart() ? members.subList(load.clients(), members.size()) : members.subList(0, load.publishers());
    }

    /** Everybody connects, one shortly after the other, and comes back from now on. */
    void connect() {
        loop.execute(() -> {
            for (int i = 0; i < members.size(); i++) {
                loop.schedule(members.get(i)::connect, i * MICROS_BETWEEN_FIRST_CONNECTS, TimeUnit.MICROSECONDS);
            }
            tick();
        });
    }

    /** Sends at the load's rate from now on, or no more. */
    void publishing(boolean on) {
        loop.execute(() -> {
            publishing = on;
            beganNanos = System.nanoTime();
            publishedBefore = published;
        });
    }

    /** From now on all is booked in a window of its own. */
    Window begin() {
        return ask(() -> {
            Window window = new Window(System.nanoTime());
            party.book().turnTo(window);
            return window;
        });
    }

    /** From now on all is booked in {@link #calm} again; what was sent before still belongs to its window. */
    void end() {
        loop.execute(() -> party.book().turnTo(calm));
    }

    /** All the time that no window was for. */
    Window calm() {
        return calm;
    }

    Booked booked(Window window) {
        return ask(() -> new Booked(window.moves(), window.sends()));
    }

    Book.Faults faults() {
        return ask(() -> party.book().faults());
    }

    /** Cuts the connections of all clients in the same moment, but not those of publishers that are apart. */
    void reset() {
        loop.execute(() -> clients.forEach(Member::reset));
    }

    Pulse pulse() {
        return ask(() -> new Pulse(
                (int) members.stream().filter(Member::connected).count(),
                IntStream.range(0, party.sites().size()).mapToObj(this::at).toList(),
                members.stream().mapToInt(Member::pending).sum(),
                (int) members.stream().filter(Member::behind).count()));
    }

    /** Waits until something holds; false if it doesn't in time. */
    boolean await(Predicate<Pulse> state, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean holds = state.test(pulse());
        while (!holds && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            holds = state.test(pulse());
        }
        return holds;
    }

    /** Waits until everybody is in their room; false if that isn't so in time. */
    boolean awaitConnected(Duration patience) throws InterruptedException {
        return await(pulse -> pulse.connected() == load.connections(), patience);
    }

    /** Waits until everybody has everything, and everything is answered; false if that isn't so in time. */
    boolean awaitQuiet(Duration patience) throws InterruptedException {
        return await(pulse -> pulse.pending() == 0 && pulse.behind() == 0, patience);
    }

    /** Ends all connections. */
    @Override
    public void close() {
        loop.submit(() -> {
                    publishing = false;
                    members.forEach(Member::leave);
                })
                .awaitUninterruptibly();
        group.shutdownGracefully(0, CONNECT_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    private int at(int site) {
        return (int) members.stream()
                .filter(member -> member.connected() && member.site() == site)
                .count();
    }

    private void tick() {
        if (publishing) {
            publishDue(System.nanoTime());
        }
        loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What is due is sent by the next who can; what nobody can send now stays due. */
    private void publishDue(long now) {
        long due = publishedBefore + (long) ((now - beganNanos) / NANOS * load.rate());
        int failures = 0;
        for (int i = 0; i < BURST && published < due && failures < publishers.size(); i++) {
            Member publisher = publishers.get(turn++ % publishers.size());
            if (publisher.mayPublish()) {
                published++;
                long since = (long) ((published - publishedBefore) / load.rate() * NANOS);
                publisher.publish(published, beganNanos + since);
            } else {
                failures++;
            }
        }
    }

    private <T> T ask(Supplier<T> question) {
        return loop.submit(question::get).syncUninterruptibly().getNow();
    }
}
