package io.magpie.bench.jmh;

import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.protocol.Event;
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
 * A batch becomes the bytes that all members of a format share, frame headers included. An operation is a batch.
 *
 * <p>Owner: the thread that JMH runs it on.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls setUp first
public class EncoderBenchmark {
    /** What the members take. */
    @Param({"JSON", "JSON_DEFLATE", "CBOR", "PLAIN"})
    public FrameFormat format;

    /** Messages in the batch. */
    @Param({"1", "32"})
    public int messages;

    private List<Event.Delivered> batch;

    /** Makes the messages. */
    @Setup
    public void setUp() {
        batch = Samples.delivered(format.encoding(), messages);
    }

    /** Encodes and releases; returns how many bytes there were. */
    @Benchmark
    public int encode() {
        return GatewayRoom.encode(format, batch);
    }
}
