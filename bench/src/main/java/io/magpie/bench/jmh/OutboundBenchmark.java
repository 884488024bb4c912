package io.magpie.bench.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Netty's own outbound path and nothing else: one ready frame to many channels whose sockets take everything. An
 * operation is a round of all channels. What {@link BroadcastBenchmark} costs beyond it is the gateway's.
 *
 * <p>Owner: the thread that JMH runs it on, which is the loop.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls setUp first
public class OutboundBenchmark {
    private static final int FRAME = 256;

    /** How many channels there are. */
    @Param({"100", "1000"})
    public int members;

    /** How the frame is handed over. */
    @Param
    public Outlet outlet;

    private ByteBuf frame;
    private ChannelHandlerContext[] contexts;

    /** Registers the channels. */
    @Setup
    public void setUp() {
        EventLoop loop = new ManualIoEventLoop(Thread.currentThread(), LocalIoHandler.newFactory());
        frame = ByteBufAllocator.DEFAULT.buffer(FRAME).writeZero(FRAME);
        contexts =
                Stream.generate(() -> NullChannel.register(loop)).limit(members).toArray(ChannelHandlerContext[]::new);
    }

    /** Releases the frame. */
    @TearDown
    public void tearDown() {
        frame.release();
    }

    /** The frame to all. */
    @Benchmark
    public void round() {
        for (ChannelHandlerContext context : contexts) {
            outlet.write(context, frame);
        }
    }
}
