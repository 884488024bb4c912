package io.magpie.bench.yardstick;

import io.magpie.bench.gateway.LogMode;
import io.magpie.bench.tls.Identity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
                new NchanYardstick(false),
                new NatsYardstick(),
                new RelayYardstick());
    }

    /**
     * The servers that can speak TLS, each before what it is over TLS: the same name with {@code -wss}. Their
     * certificates are for ECDSA keys but where the name says RSA.
     *
     * @param home the project's folder
     */
    public static List<Yardstick> withTls(Path home) {
        return List.of(
                new MagpieYardstick("magpie-epoll", home, "epoll", LogMode.MEMORY, EnvelopeDialect.INSTANCE),
                magpie("magpie-wss", home, Identity.Kind.ECDSA, MagpieYardstick.OPENSSL),
                magpie("magpie-wss-rsa", home, Identity.Kind.RSA, MagpieYardstick.OPENSSL),
                magpie("magpie-wss-jdk", home, Identity.Kind.ECDSA, MagpieYardstick.JDK),
                new JavaYardstick("stock", StockServer.class),
                new JavaYardstick("stock-wss", StockServer.class, true),
                new JavaYardstick("vertx", VertxServer.class),
                new JavaYardstick("vertx-wss", VertxServer.class, true),
                new NchanYardstick(false),
                new NchanYardstick(true));
    }

    private static Yardstick magpie(String name, Path home, Identity.Kind key, String provider) {
        return new MagpieYardstick(
                name,
                home,
                "epoll",
                LogMode.MEMORY,
                EnvelopeDialect.INSTANCE,
                Optional.of(new MagpieYardstick.Wss(key, provider)));
    }
}
