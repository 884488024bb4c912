package io.magpie.bench.acks;

import io.magpie.protocol.Event;
import io.magpie.protocol.RoomId;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All publishers of one gateway, and their book.
 *
 * <p>Owner: the event loop. The main thread calls its methods there, by {@link Measuring}.
 */
// A connection that fails is booked.
@SuppressWarnings("FutureReturnValueIgnored")
final class Fleet implements Publisher.Listener {
    private static final int CONNECT_MILLIS = 10_000;

    private final AcksPlan.Crowd crowd;
    private final InetSocketAddress server;
    private final EventLoop loop;
    private final Book book;
    private final Texts texts;
    private final String run;
    private final Promise<Fleet> complete;
    private final List<Publisher> publishers = new ArrayList<>();
    private @Nullable Traffic traffic;
    private int joined;

    /** @param run makes rooms and keys that no other run has */
    Fleet(AcksPlan.Crowd crowd, InetSocketAddress server, EventLoop loop, String run) {
        this.crowd = crowd;
        this.server = server;
        this.loop = loop;
        this.book = new Book(crowd);
        this.texts = new Texts(crowd.size());
        this.run = run;
        this.complete = loop.newPromise();
    }

    /** Connects everybody; fails if one of them doesn't come into its room. */
    Promise<Fleet> open() {
        for (int i = 0; i < crowd.publishers(); i++) {
            RoomId room = new RoomId("acks-" + run + "-" + crowd.roomOf(i));
            Publisher publisher = new Publisher(i, room, server.getHostString() + ":" + server.getPort(), this);
            publishers.add(publisher);
            new Bootstrap()
                    .group(loop)
                    .channel(EpollSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                    .handler(publisher)
                    .connect(server)
                    .addListener(future -> {
                        if (!future.isSuccess()) {
                            failed(publisher, publisher + ": " + future.cause().getMessage());
                        }
                    });
        }
        return complete;
    }

    void close() {
        publishers.forEach(Publisher::leave);
    }

    /** Gives them something to do, until the next one. */
    void begin(Traffic next) {
        book.begin();
        traffic = next;
        next.start();
    }

    /** Writes a message of a publisher, which the publisher has to flush. */
    void publish(Publisher publisher, long due) {
        long message = book.sent(publisher.number(), due, System.nanoTime());
        publisher.publish(message, run + "-" + message, texts.of(message));
    }

    EventLoop loop() {
        return loop;
    }

    List<Publisher> publishers() {
        return publishers;
    }

    Book book() {
        return book;
    }

    @Override
    public void joined(Publisher publisher) {
        joined++;
        if (joined == crowd.publishers()) {
            complete.trySuccess(this);
        }
    }

    @Override
    public void answered(Publisher publisher, Event.Accepted ok) {
        book.answered(publisher.number(), ok, System.nanoTime());
        if (traffic != null) {
            traffic.answered(publisher);
        }
    }

    @Override
    public void failed(Publisher publisher, String why) {
        book.failed(why);
        complete.tryFailure(new IOException(why));
    }
}
