package io.magpie.bench.jmh;

import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One message to a whole room. An operation is a broadcast, its encoding included; {@link Slopes} makes the price of one
 * more member from the two sizes.
 *
 * <p>Owner: the thread that JMH runs it on, which is the loop.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls setUp first
public class BroadcastBenchmark {
    /** Members of the room; all are served in one task. */
    @Param({"100", "1000"})
    public int members;

    private List<Event.Delivered> batch;
    private GatewayRoom counting;
    private GatewayRoom writing;
    private GatewayRoom voiding;
    private long count;

    /** Makes three rooms: one of connections that only count, two of connections on channels that lead nowhere. */
    @Setup
    public void setUp() {
        EventLoop loop = new ManualIoEventLoop(Thread.currentThread(), LocalIoHandler.newFactory());
        batch = Samples.delivered(Encoding.JSON, 1);
        counting = new GatewayRoom(loop);
        writing = new GatewayRoom(loop);
        voiding = new GatewayRoom(loop);
        for (int i = 0; i < members; i++) {
            counting.join(frames -> count++);
            join(writing, Outlet.WRITE_FLUSH, loop);
            join(voiding, Outlet.VOID_PROMISE, loop);
        }
    }

    /** To connections that only count: the gateway's own part. */
    @Benchmark
    public long toCounters() {
        counting.broadcast(batch);
        return count;
    }

    /** To channels, in the gateway's way. */
    @Benchmark
    public void toChannels() {
        writing.broadcast(batch);
    }

    /** To channels with void promises. */
    @Benchmark
    public void toChannelsVoidPromise() {
        voiding.broadcast(batch);
    }

    private static void join(GatewayRoom room, Outlet outlet, EventLoop loop) {
        ChannelHandlerContext context = NullChannel.register(loop);
        room.join(frames -> outlet.write(context, frames));
    }
}
