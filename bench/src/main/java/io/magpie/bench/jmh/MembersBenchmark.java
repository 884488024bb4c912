package io.magpie.bench.jmh;

import io.magpie.gateway.delivery.Membership;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import java.util.ArrayList;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * The lists of who is in a room: the shard's and the loop's together, as a join and a leave use them.
 *
 * <p>Owner: the thread that JMH runs it on, which is the loop and the shard.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls setUp first
public class MembersBenchmark {
    /** A step that meets all members in an order that no cache foresees; it has no divisor in common with the sizes. */
    private static final int STRIDE = 7_919;

    /** Members of the room. */
    @Param({"10", "1000", "100000"})
    public int members;

    private GatewayRoom room;
    private List<Membership> memberships;
    private int next;

    /** Fills the room. */
    @Setup
    public void setUp() {
        room = new GatewayRoom(new ManualIoEventLoop(Thread.currentThread(), LocalIoHandler.newFactory()));
        memberships = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            memberships.add(room.join(frames -> {}));
        }
    }

    /** One member leaves and comes back. */
    @Benchmark
    public Membership removeAndAdd() {
        next = (next + STRIDE) % members;
        Membership member = memberships.get(next);
        room.leave(member);
        room.rejoin(member);
        return member;
    }

    /** The room's list is gone through, for a {@code members} reply without limit. */
    @Benchmark
    public void iterate(Blackhole visitor) {
        room.walk(visitor::consume);
    }
}
