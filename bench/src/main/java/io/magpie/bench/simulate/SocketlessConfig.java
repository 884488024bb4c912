package io.magpie.bench.simulate;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.util.Set;

/** Options of a channel without a socket: those of TCP are taken and have no effect. Owner: the channel's event loop. */
final class SocketlessConfig extends DefaultChannelConfig {
    private static final Set<ChannelOption<?>> OF_SOCKETS =
            Set.of(ChannelOption.SO_BACKLOG, ChannelOption.SO_REUSEADDR, ChannelOption.TCP_NODELAY);

    /** Never used, since nothing is read from a socket; one for all costs nothing. */
    private static final FixedRecvByteBufAllocator UNUSED = new FixedRecvByteBufAllocator(1);

    SocketlessConfig(Channel channel) {
        super(channel, UNUSED);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        return OF_SOCKETS.contains(option) || super.setOption(option, value);
    }
}
