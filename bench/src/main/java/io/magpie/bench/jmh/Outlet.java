package io.magpie.bench.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** Ways to hand a shared frame to a channel. Stateless. */
public enum Outlet {
    /** {@code write} and {@code flush}, each with a walk to the head of the pipeline; what the gateway does. */
    WRITE_FLUSH {
        @Override
        void write(ChannelHandlerContext context, ByteBuf frame) {
            context.write(frame.retainedDuplicate());
            context.flush();
        }
    },
    /** {@code writeAndFlush}, one walk. */
    WRITE_AND_FLUSH {
        @Override
        void write(ChannelHandlerContext context, ByteBuf frame) {
            context.writeAndFlush(frame.retainedDuplicate());
        }
    },
    /** As {@link #WRITE_FLUSH}, with the channel's shared promise instead of one for each write. */
    VOID_PROMISE {
        @Override
        void write(ChannelHandlerContext context, ByteBuf frame) {
            context.write(frame.retainedDuplicate(), context.voidPromise());
            context.flush();
        }
    },
    /**
     * As {@link #VOID_PROMISE}, and all channels write the very same buffer: what is left is the entry in the outbound
     * buffer. No real server can do this, since a socket that takes half of it would move the index for all.
     */
    ENTRY_ALONE {
        @Override
        void write(ChannelHandlerContext context, ByteBuf frame) {
            context.write(frame.retain(), context.voidPromise());
            context.flush();
        }
    };

    /** Writes and flushes a frame, which is borrowed. */
    abstract void write(ChannelHandlerContext context, ByteBuf frame);
}
