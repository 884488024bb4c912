package io.magpie.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes bytes that many connections share, at the lowest price that a connection can have. Nothing in the pipeline has
 * a word in what leaves, so it isn't walked; and where nothing waits for the reader yet, the bytes go straight from the
 * shared buffer into the socket, without an entry in Netty's outbound queue, a duplicate or a promise. What the socket
 * doesn't take waits in that queue like everything else. Called on the channel's loop; holds no state.
 */
final class SharedWrite {
    private SharedWrite() {}

    /** The socket to which bytes may be written past the queue; null where the transport doesn't give it. */
    static @Nullable Socket socket(Channel channel) {
        return channel instanceof EpollSocketChannel epoll && epoll.fd() instanceof Socket socket ? socket : null;
    }

    /**
     * Writes and flushes.
     *
     * @param socket what {@link #socket} said of the channel
     * @param queue the channel's, which must be open
     * @param bytes borrowed
     */
    static void write(Channel.Unsafe unsafe, @Nullable Socket socket, ChannelOutboundBuffer queue, ByteBuf bytes) {
        int sent = 0;
        // Also what is written but not flushed counts as pending, and mustn't be overtaken.
        if (socket != null && queue.totalPendingWriteBytes() == 0 && bytes.hasMemoryAddress()) {
            sent = send(socket, bytes);
            if (sent == bytes.readableBytes()) {
                return;
            }
        }
        unsafe.write(
                bytes.retainedSlice(bytes.readerIndex() + sent, bytes.readableBytes() - sent), unsafe.voidPromise());
        unsafe.flush();
    }

    /** How many bytes the socket took. */
    private static int send(Socket socket, ByteBuf bytes) {
        try {
            return socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
        } catch (IOException e) {
            // The peer is gone. Written the usual way they fail again, and Netty closes the channel.
            return 0;
        }
    }
}
