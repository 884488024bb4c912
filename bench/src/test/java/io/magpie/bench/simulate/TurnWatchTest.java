package io.magpie.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TurnWatchTest {
    private final AtomicLong clock = new AtomicLong(1_000);
    private final TurnWatch watch = new TurnWatch(LocalIoHandler.newFactory(), clock::get);

    @Test
    void tellsTheLongestTimeBetweenTwoLooksAtTheSockets() {
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
        try {
            IoHandler handler = watch.newHandler(group.next());
            group.submit(() -> {
                        look(handler);
                        assertThat(watch.take()).isZero();
                        turn(handler, 20);
                        turn(handler, 50);
                        turn(handler, 30);
                    })
                    .syncUninterruptibly();
        } finally {
            group.shutdownGracefully().syncUninterruptibly();
        }
        assertThat(watch.take()).isEqualTo(50);
        assertThat(watch.take()).isZero();
    }

    private void turn(IoHandler handler, long nanos) {
        clock.addAndGet(nanos);
        look(handler);
    }

    private static void look(IoHandler handler) {
        handler.run(new NeverBlocking());
    }

    private static final class NeverBlocking implements IoHandlerContext {
        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return -1;
        }
    }
}
