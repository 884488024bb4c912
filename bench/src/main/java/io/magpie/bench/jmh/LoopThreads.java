package io.magpie.bench.jmh;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which JMH runs benchmarks: of Netty's kind, as event loops are, because Netty's object pools work only
 * there. JMH makes it by its name, see {@link JmhCommand}. Any thread.
 */
public final class LoopThreads extends ThreadPoolExecutor {
    /** Called by JMH with the number of threads of a benchmark and a prefix for their names. */
    public LoopThreads(int threads, String prefix) {
        super(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(prefix, true));
    }
}
