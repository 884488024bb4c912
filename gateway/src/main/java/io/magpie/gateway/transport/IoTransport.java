package io.magpie.gateway.transport;

import io.magpie.gateway.config.GatewayConfig.IoKind;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;

/**
 * A way to move bytes: the handler factory for event loops and the listening channel that fits it.
 *
 * @param name as in the configuration
 * @param listener makes the listening channel; its local address, once bound, must be an {@code InetSocketAddress}
 */
public record IoTransport(String name, IoHandlerFactory factory, ChannelFactory<? extends ServerChannel> listener) {
    /** Entries of the submission ring: the default overflows when one broadcast writes to a thousand members. */
    private static final int RING = 4_096;

    private static final int COMPLETIONS = 32_768;

    /**
     * The transport of a kind.
     *
     * @throws IllegalStateException if it was asked for by name and this machine doesn't have it; the message says why
     */
    public static IoTransport of(IoKind kind) {
        return switch (kind) {
            case AUTO -> Epoll.isAvailable() ? of(IoKind.EPOLL) : of(IoKind.NIO);
            case EPOLL -> {
                require(Epoll.isAvailable(), "epoll", Epoll.unavailabilityCause());
                yield new IoTransport("epoll", EpollIoHandler.newFactory(), EpollServerSocketChannel::new);
            }
            case IO_URING -> {
                require(IoUring.isAvailable(), "io_uring", IoUring.unavailabilityCause());
                IoUringIoHandlerConfig config =
                        new IoUringIoHandlerConfig().setRingSize(RING).setCqSize(COMPLETIONS);
                yield new IoTransport("io_uring", IoUringIoHandler.newFactory(config), IoUringServerSocketChannel::new);
            }
            case NIO -> new IoTransport("nio", NioIoHandler.newFactory(), NioServerSocketChannel::new);
        };
    }

    private static void require(boolean available, String name, Throwable cause) {
        if (!available) {
            throw new IllegalStateException(
                    "transport.kind " + name + " isn't available here: " + cause.getMessage()
                            + "; use transport.kind auto",
                    cause);
        }
    }
}
