package io.magpie.bench.yardstick;

import io.magpie.bench.measure.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A bare epoll loop in C with one send for each member: the kernel's own price. Compiled at each start. */
record RelayYardstick() implements Yardstick {
    private static final Program COMPILER = Program.of("cc", "gcc libc6-dev");
    private static final Duration COMPILE_TIME = Duration.ofMinutes(1);

    @Override
    public String name() {
        return "relay";
    }

    @Override
    public Optional<String> missing() {
        boolean linux = System.getProperty("os.name").equals("Linux");
        return linux ? COMPILER.missing() : Optional.of("epoll is only in Linux");
    }

    @Override
    public boolean compiled() {
        return true;
    }

    @Override
    public Dialect dialect() {
        return PlainDialect.INSTANCE;
    }

    @Override
    public RunningServer start(Launch launch) throws IOException, InterruptedException {
        Path directory = launch.directory().toAbsolutePath();
        String program = directory.resolve("relay").toString();
        String source = Bundled.copy("relay.c", directory).toString();
        Program.run(
                List.of(COMPILER.word(), "-O2", "-o", program, source),
                directory.resolve("compiler.log"),
                COMPILE_TIME);
        int port = ServerProcess.freePort();
        return ServerProcess.start(launch, new ServerProcess.Start(List.of(program, Integer.toString(port)), port));
    }
}
