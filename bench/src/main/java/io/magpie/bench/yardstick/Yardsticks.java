package io.magpie.bench.yardstick;

import io.magpie.bench.gateway.LogMode;
import java.nio.file.Path;
import java.util.List;

/** All servers of the comparison. */
public final class Yardsticks {
    private Yardsticks() {}

    /** The project's folder: where the script {@code magpie} that started this JVM is, else the working directory. */
    public static Path home() {
        return Path.of(System.getProperty("magpie.home", "")).toAbsolutePath().normalize();
    }

    /**
     * The servers in the order of tables: Magpie first, then those it is compared with.
     *
     * @param home the project's folder
     */
    public static List<Yardstick> all(Path home) {
        return List.of(
                new MagpieYardstick("magpie-epoll", home, "epoll", LogMode.MEMORY, EnvelopeDialect.INSTANCE),
                new MagpieYardstick("magpie-uring", home, "io_uring", LogMode.MEMORY, EnvelopeDialect.INSTANCE),
                new MagpieYardstick("magpie-plain-epoll", home, "epoll", LogMode.MEMORY, PlainDialect.INSTANCE),
                new MagpieYardstick("magpie-plain-uring", home, "io_uring", LogMode.MEMORY, PlainDialect.INSTANCE),
                new MagpieYardstick("magpie-disk", home, "epoll", LogMode.FSYNC, EnvelopeDialect.INSTANCE),
                new JavaYardstick("stock", StockServer.class),
                new JavaYardstick("vertx", VertxServer.class),
                new NodeYardstick(home),
                new NchanYardstick(),
                new NatsYardstick(),
                new RelayYardstick());
    }
}
