package io.magpie.bench.slow;

import io.magpie.bench.slow.Account.Count;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/**
 * All clients, on one event loop: they join, publish by the timeline, stop reading and begin again.
 *
 * <p>Owner: the loop. The main thread calls {@link #connect}, {@link #begin}, {@link #pulse} and {@link #close}, and reads
 * the books after that.
 */
// A write that fails closes its channel, and that is booked; tasks on a loop report for themselves.
@SuppressWarnings("FutureReturnValueIgnored")
final class Crowd implements MemberClient.Listener, AutoCloseable {
    private static final int IN_FLIGHT = 64;
    private static final int READ = 32 << 10;
    private static final long SECOND = 1_000_000_000L;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int ANSWER_SECONDS = 30;

    /** Sockets that the loop reads before it looks whether a message is due: well below a millisecond. */
    private static final int EVENTS_PER_TURN = 64;

    private final SlowPlan plan;
    private final InetSocketAddress server;
    private final Party party;
    private final Windows windows;
    private final Histogram lags = new Histogram(SECOND * 60, 3);
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final List<MemberClient> clients = new ArrayList<>();
    private final CatchUps catchUps;
    private long start;
    private int published;

    /**
     * How it is going.
     *
     * @param settled clients that are in the room or will never be
     * @param waiting members that have less than all that was accepted, but for those that never read
     * @param cpuNanos CPU time of the loop
     */
    record Pulse(int settled, long sent, long delivered, int waiting, long cpuNanos) {}

    Crowd(SlowPlan plan, InetSocketAddress server, long run) {
        this.plan = plan;
        this.server = server;
        this.party = Party.of(plan, server.getHostString() + ":" + server.getPort(), run);
        this.windows = new Windows(plan.timeline());
        this.catchUps = new CatchUps(plan.stopped());
        this.group = new MultiThreadIoEventLoopGroup(
                1,
                Epoll.isAvailable()
                        ? EpollIoHandler.newFactory(EVENTS_PER_TURN, DefaultSelectStrategyFactory.INSTANCE)
                        : NioIoHandler.newFactory());
        this.loop = group.next();
    }

    /** Begins to open the connections. */
    void connect() {
        loop.execute(() -> {
            for (int i = 0; i < Math.min(IN_FLIGHT, plan.members()); i++) {
                connectNext();
            }
        });
    }

    /** Begins to send; the timeline starts at {@code nanos} of {@link System#nanoTime}. */
    void begin(long nanos) {
        loop.execute(() -> {
            start = nanos;
            publishDue();
            if (plan.scenario() == Scenario.STOPPED) {
                at(plan.timeline().start(Phase.DURING), () -> reading(false));
                at(plan.timeline().end(Phase.DURING), () -> reading(true));
            }
        });
    }

    Pulse pulse() {
        return ask(() -> new Pulse(
                (int) (party.account().get(Count.JOINED) + party.account().get(Count.FAILED)),
                party.account().get(Count.SENT),
                party.account().get(Count.DELIVERED),
                waiting(),
                ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()));
    }

    /** Ends all connections and the loop. */
    @Override
    public void close() {
        loop.execute(() -> clients.forEach(MemberClient::leave));
        group.shutdownGracefully(0, ANSWER_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** The books, when the loop has ended. */
    Account account() {
        return party.account();
    }

    Windows windows() {
        return windows;
    }

    CatchUps catchUps() {
        return catchUps;
    }

    /** How late messages were sent: the load's own lag. */
    Histogram lags() {
        return lags;
    }

    /** Messages that members of one kind, all together, should have got and didn't. */
    long missing(boolean stops) {
        long accepted = party.account().get(Count.ACCEPTED);
        return clients.stream()
                .filter(client -> client.stops() == stops)
                .mapToLong(client -> Math.max(0, accepted + 1 - client.next()))
                .sum();
    }

    /** How many different messages the room gave out. */
    int distinct() {
        return party.book().distinct();
    }

    @Override
    public void joined(MemberClient client) {
        party.account().add(Count.JOINED, 1);
        if (client.stops() && plan.scenario() == Scenario.NEVER) {
            client.reading(false);
        }
        connectNext();
    }

    @Override
    public void failed(MemberClient client, String why) {
        party.account().fault(Count.FAILED, 1, client + ": " + why);
        connectNext();
    }

    @Override
    public void delivered(MemberClient client, long first, long last) {
        party.account().add(Count.DELIVERED, last - first + 1);
        long now = System.nanoTime() - start;
        if (client.stops()) {
            catchUps.delivered(client, now, now - intended(last));
            return;
        }
        for (long seq = first; seq <= last; seq++) {
            long intended = intended(seq);
            windows.record(intended, now - intended);
        }
    }

    private long intended(long seq) {
        return plan.timeline().intended(party.book().number(seq));
    }

    private void connectNext() {
        int number = clients.size();
        if (number == plan.members()) {
            return;
        }
        MemberClient client = new MemberClient(number, plan.stops(number), party, this);
        clients.add(client);
        new Bootstrap()
                .group(loop)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_RCVBUF, plan.receiveBuffer())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                // One read a turn, so that who has much to catch up doesn't keep the others from reading in time.
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ).maxMessagesPerRead(1))
                .handler(client)
                .connect(server)
                .addListener(future -> {
                    if (!future.isSuccess()) {
                        failed(client, String.valueOf(future.cause().getMessage()));
                    }
                });
    }

    private void publishDue() {
        int total = plan.timeline().total();
        while (published < total) {
            long now = System.nanoTime() - start;
            long wait = plan.timeline().intended(published) - now;
            if (wait > 0) {
                loop.schedule(this::publishDue, wait, TimeUnit.NANOSECONDS);
                return;
            }
            lags.recordValue(Math.min(-wait, lags.getHighestTrackableValue()));
            boolean sent = clients.get(plan.publisher(published)).publish(published);
            party.account().add(sent ? Count.SENT : Count.UNSENT, 1);
            published++;
        }
    }

    private void at(long offset, Runnable task) {
        loop.schedule(task, start + offset - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void reading(boolean on) {
        if (on) {
            catchUps.resume(System.nanoTime() - start);
        }
        clients.stream().filter(MemberClient::stops).forEach(client -> client.reading(on));
    }

    private int waiting() {
        long accepted = party.account().get(Count.ACCEPTED);
        return (int) clients.stream()
                .filter(client -> client.isMember() && client.next() <= accepted)
                .filter(client -> !client.stops() || !plan.scenario().mayClose())
                .count();
    }

    private <T> T ask(Callable<T> question) {
        try {
            return loop.submit(question).get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the event loop of the bench doesn't answer", e);
        }
    }
}
