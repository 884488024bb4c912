package io.magpie.bench.jmh;

import io.magpie.protocol.CommandReader;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventWriter;
import io.magpie.protocol.Request;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
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
import org.openjdk.jmh.annotations.TearDown;

/**
 * The codecs: a client's {@code send} in; an {@code ok}, one message or an array of 32 out. An operation is a frame.
 *
 * <p>Owner: the thread that JMH runs it on.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls setUp first
public class CodecBenchmark {
    private static final int ARRAY = 32;
    private static final int CAPACITY = 16 << 10;

    /** The encoding of both directions. */
    @Param({"JSON", "CBOR"})
    public Encoding encoding;

    private CommandReader reader;
    private EventWriter writer;
    private ByteBuf send;
    private ByteBuf chinese;
    private ByteBuf out;
    private Event ok;
    private Event one;
    private List<Event.Delivered> array;

    /** Makes the frames and events. */
    @Setup
    public void setUp() {
        reader = new CommandReader(encoding);
        writer = new EventWriter(encoding);
        send = Samples.send(encoding);
        chinese = Samples.chinese(encoding);
        out = PooledByteBufAllocator.DEFAULT.directBuffer(CAPACITY);
        array = Samples.delivered(encoding, ARRAY);
        one = array.get(0);
        ok = Samples.accepted();
    }

    /** Releases the buffers. */
    @TearDown
    public void tearDown() {
        send.release();
        chinese.release();
        out.release();
    }

    /** A {@code send} is read. */
    @Benchmark
    public List<Request> readSend() {
        return reader.read(send);
    }

    /** A {@code send} with an object of Chinese text is read. */
    @Benchmark
    public List<Request> readChinese() {
        return reader.read(chinese);
    }

    /** The {@code ok} to a {@code send} is written. */
    @Benchmark
    public ByteBuf writeOk() {
        writer.write(ok, out.clear());
        return out;
    }

    /** One {@code message} is written. */
    @Benchmark
    public ByteBuf writeOne() {
        writer.write(one, out.clear());
        return out;
    }

    /** An array of 32 {@code message}s is written. */
    @Benchmark
    public ByteBuf writeArray() {
        writer.write(array, out.clear());
        return out;
    }
}
