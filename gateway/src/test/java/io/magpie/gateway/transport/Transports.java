package io.magpie.gateway.transport;

import io.magpie.gateway.config.GatewayConfig.IoKind;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.util.stream.Stream;

/** The transports of this machine. */
public final class Transports {
    private Transports() {}

    public static Stream<IoKind> available() {
        return Stream.of(IoKind.values()).filter(Transports::isAvailable);
    }

    private static boolean isAvailable(IoKind kind) {
        return switch (kind) {
            case AUTO -> false;
            case EPOLL -> Epoll.isAvailable();
            case IO_URING -> IoUring.isAvailable();
            case NIO -> true;
        };
    }
}
