package io.magpie.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes bytes that many connections share, at the lowest price that a connection can have. Nothing in the pipeline has
 * a word in what leaves, so it isn't walked; and where nothing waits for the reader yet, the bytes go straight from the
 * shared buffer into the socket, without an entry in Netty's outbound queue, a duplicate or a promise. What the socket
 * doesn't take waits in that queue like everything else. Under TLS each connection has bytes of its own, and all of them
 * go through its handler. Called on the channel's loop; holds no state.
 */
final class SharedWrite {
    private SharedWrite() {}

    /** The socket to which bytes may be written past the queue; null where the transport doesn't give it. */
    static @Nullable Socket socket(Channel channel) {
        return channel instanceof EpollSocketChannel epoll && epoll.fd() instanceof Socket socket ? socket : null;
    }

    /** Whether bytes have to be encrypted before they leave. */
    static boolean encrypted(Channel channel) {
        return channel.pipeline().get(SslHandler.class) != null;
    }

    /**
     * Gives bytes to a socket for which nothing waits.
     *
     * @param bytes borrowed
     * @return how many of them it took
     */
    static int send(@Nullable Socket socket, ByteBuf bytes) {
        // A descriptor that was closed may be somebody else's by now.
        if (socket == null || !socket.isOpen() || !bytes.hasMemoryAddress()) {
            return 0;
        }
        try {
            return socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
        } catch (IOException e) {
            // The peer is gone. Written the usual way they fail again, and Netty closes the channel.
            return 0;
        }
    }

    /**
     * Writes and flushes by way of the channel's queue.
     *
     * @param bytes borrowed
     * @param sent how many of them the socket has already
     */
    static void write(Channel.Unsafe unsafe, ByteBuf bytes, int sent) {
        unsafe.write(
                bytes.retainedSlice(bytes.readerIndex() + sent, bytes.readableBytes() - sent), unsafe.voidPromise());
        unsafe.flush();
    }

    /**
     * Writes and flushes by way of the handlers before a context.
     *
     * @param bytes borrowed
     */
    static void write(ChannelHandlerContext context, ByteBuf bytes) {
        context.write(bytes.retainedSlice(), context.voidPromise());
        context.flush();
    }
}
