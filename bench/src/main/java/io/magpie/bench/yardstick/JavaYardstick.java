package io.magpie.bench.yardstick;

import io.magpie.bench.tls.Identity;
import io.netty.channel.epoll.Epoll;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A server of this jar, in a JVM of its own with the flags that this one was started with: the script {@code magpie} gives
 * the same to the bench and to the gateway.
 *
 * @param main the class with the {@code main} method, which takes the port, whether to compress, and for TLS the
 *     files of the certificate and of its key
 * @param tls whether it speaks TLS
 */
record JavaYardstick(String name, Class<?> main, boolean tls) implements Yardstick {
    /** Without TLS. */
    JavaYardstick(String name, Class<?> main) {
        this(name, main, false);
    }

    @Override
    public Optional<String> missing() {
        return Optional.ofNullable(Epoll.unavailabilityCause()).map(cause -> "epoll can't be used here: " + cause);
    }

    @Override
    public Dialect dialect() {
        return PlainDialect.INSTANCE;
    }

    @Override
    public RunningServer start(Launch launch) throws IOException, InterruptedException {
        List<String> identity = tls ? identity(launch) : List.of();
        int port = ServerProcess.freePort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(Integer.toString(port), Boolean.toString(launch.deflate())));
        command.addAll(identity);
        return ServerProcess.start(launch, new ServerProcess.Start(command, port));
    }

    private static List<String> identity(Launch launch) throws IOException, InterruptedException {
        Identity made = Identity.make(Identity.Kind.ECDSA, launch.directory());
        return List.of(made.certificate().toString(), made.key().toString());
    }

    /** This JVM's class path for a process in another folder. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
