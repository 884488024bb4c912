package io.magpie.bench.yardstick;

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
                new MagpieYardstick("magpie-epoll", home, "epoll", EnvelopeDialect.INSTANCE),
                new MagpieYardstick("magpie-uring", home, "io_uring", EnvelopeDialect.INSTANCE),
                new MagpieYardstick("magpie-plain-epoll", home, "epoll", PlainDialect.INSTANCE),
                new MagpieYardstick("magpie-plain-uring", home, "io_uring", PlainDialect.INSTANCE),
                new JavaYardstick("stock", StockServer.class),
                new JavaYardstick("vertx", VertxServer.class),
                new NodeYardstick(home),
                new NchanYardstick(),
                new NatsYardstick(),
                new RelayYardstick());
    }
}
