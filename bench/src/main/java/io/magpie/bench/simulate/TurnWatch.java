package io.magpie.bench.simulate;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.LongSupplier;

/**
 * Makes event loops tell how long their turns are: the time in which a loop runs tasks without looking at its sockets,
 * which wait longer than another task does. Any thread.
 */
final class TurnWatch implements IoHandlerFactory {
    private final IoHandlerFactory handlers;
    private final LongSupplier clock;
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);

    /**
     * @param handlers what the loops would use without it
     * @param clock monotonic nanoseconds
     */
    TurnWatch(IoHandlerFactory handlers, LongSupplier clock) {
        this.handlers = handlers;
        this.clock = clock;
    }

    /** The longest turn of all loops since the last call, in nanoseconds. */
    long take() {
        return longest.getThenReset();
    }

    @Override
    public IoHandler newHandler(ThreadAwareExecutor loop) {
        return new Watched(handlers.newHandler(loop));
    }

    /** Owner: its event loop. */
    private final class Watched implements IoHandler {
        private final IoHandler handler;
        private boolean turning;
        private long began;

        private Watched(IoHandler handler) {
            this.handler = handler;
        }

        @Override
        public int run(IoHandlerContext context) {
            if (turning) {
                longest.accumulate(clock.getAsLong() - began);
            }
            int handled = handler.run(context);
            turning = true;
            began = clock.getAsLong();
            return handled;
        }

        @Override
        public void initialize() {
            handler.initialize();
        }

        @Override
        public void prepareToDestroy() {
            handler.prepareToDestroy();
        }

        @Override
        public void destroy() {
            handler.destroy();
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return handler.register(handle);
        }

        @Override
        public void wakeup() {
            handler.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return handler.isCompatible(handleType);
        }
    }
}
