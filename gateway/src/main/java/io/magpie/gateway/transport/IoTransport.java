package io.magpie.gateway.transport;

import io.magpie.gateway.config.GatewayConfig.IoKind;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
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
    private static final String EPOLL = "epoll";
    private static final String IO_URING = "io_uring";

    /** {@code TCP_NOTSENT_LOWAT} of tcp(7), for a listening socket: those that are accepted inherit it. */
    private static final IntegerUnixChannelOption NOT_SENT = new IntegerUnixChannelOption("TCP_NOTSENT_LOWAT", 6, 25);

    /**
     * Lets the kernel take no more for a connection while it holds so many bytes that it hasn't sent. What waits for a slow
     * reader then waits here, as a position in its rooms, instead of as up to 4 MiB of kernel memory; and a reader who is back gets
     * what is decided now. Not on NIO.
     */
    void limitUnsent(ServerBootstrap bootstrap, int bytes) {
        if (name.equals(EPOLL)) {
            bootstrap.option(NOT_SENT, bytes);
        } else if (name.equals(IO_URING)) {
            bootstrap.childOption(IoUringChannelOption.TCP_NOTSENT_LOWAT, (long) bytes);
        }
    }

    /**
     * The transport of a kind.
     *
     * @throws IllegalStateException if it was asked for by name and this machine doesn't have it; the message says why
     */
    public static IoTransport of(IoKind kind) {
        return switch (kind) {
            case AUTO -> Epoll.isAvailable() ? of(IoKind.EPOLL) : of(IoKind.NIO);
            case EPOLL -> {
                require(Epoll.isAvailable(), EPOLL, Epoll.unavailabilityCause());
                yield new IoTransport(EPOLL, EpollIoHandler.newFactory(), EpollServerSocketChannel::new);
            }
            case IO_URING -> {
                require(IoUring.isAvailable(), IO_URING, IoUring.unavailabilityCause());
                IoUringIoHandlerConfig config =
                        new IoUringIoHandlerConfig().setRingSize(RING).setCqSize(COMPLETIONS);
                yield new IoTransport(IO_URING, IoUringIoHandler.newFactory(config), IoUringServerSocketChannel::new);
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
