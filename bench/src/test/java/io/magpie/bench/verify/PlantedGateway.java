package io.magpie.bench.verify;

import io.magpie.gateway.Addresses;
import io.magpie.gateway.Gateway;
import io.magpie.gateway.config.ConfigLoader;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.transport.IoTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * The production gateway with a bug, as a program: the same command line as the real one, and {@code -Dplanted=BUG}.
 * Bugs of storing are in front of the engine, bugs of delivering between its socket and the clients'.
 */
public final class PlantedGateway {
    private final Planted bug;
    private final Random random;
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private PlantedGateway(Planted bug, long seed) {
        this.bug = bug;
        this.random = new Random(seed);
    }

    /** Runs until the process is ended. */
    public static void main(String... arguments) {
        Planted bug = Planted.valueOf(System.getProperty("planted", Planted.NOTHING.name()));
        new PlantedGateway(bug, Long.getLong("planted.seed", 1)).run(arguments);
    }

    private void run(String... arguments) {
        List<String> settings = new ArrayList<>();
        for (int i = 0; i + 1 < arguments.length; i++) {
            if (arguments[i].equals("--set")) {
                settings.add(arguments[i + 1]);
            }
        }
        if (bug == Planted.ACK_BEFORE_FSYNC) {
            settings.add("log.durability=process");
        }
        GatewayConfig config = ConfigLoader.load(Optional.empty(), System.getenv(), settings);
        boolean restarted = config.log().kind() == GatewayConfig.LogKind.DISK
                && Files.exists(Path.of(config.log().directory(), "log"));
        Gateway gateway = new Gateway(
                config,
                IoTransport.of(config.transport().kind()),
                engine -> new PlantedEngine(engine, bug, new Random(random.nextLong()), restarted));
        Addresses addresses = gateway.start();
        String[] inner = addresses.openText().split(":", -1);
        InetSocketAddress open = listen(new InetSocketAddress(inner[0], Integer.parseInt(inner[1])));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            gateway.close();
            // As the real one ends.
            Runtime.getRuntime().halt(0);
        }));
        System.out.println("gateway.started version=planted listen=127.0.0.1:" + open.getPort() + " management="
                + addresses.managementText());
    }

    private InetSocketAddress listen(InetSocketAddress inner) {
        Channel listener = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        join(client, inner);
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        return (InetSocketAddress) listener.localAddress();
    }

    private void join(Channel client, InetSocketAddress inner) {
        new Bootstrap()
                .group(client.eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new PlantedWire(client, bug, random))
                .connect(inner)
                .addListener((ChannelFutureListener) done -> {
                    client.pipeline().addLast(new Upwards(done.channel()));
                    client.config().setAutoRead(true);
                });
    }

    /** What clients say goes on as it is. */
    private static final class Upwards extends ChannelInboundHandlerAdapter {
        private final Channel server;

        Upwards(Channel server) {
            this.server = server;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            server.writeAndFlush(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            server.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
