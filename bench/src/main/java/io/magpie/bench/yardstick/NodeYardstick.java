package io.magpie.bench.yardstick;

import io.magpie.bench.measure.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Node.js with the package {@code ws}, which is installed below {@code bench/target} where it isn't yet.
 *
 * @param home the project's folder
 */
record NodeYardstick(Path home) implements Yardstick {
    private static final Program NODE = Program.of("node", "nodejs");
    private static final Program NPM = Program.of("npm", "npm");
    private static final String VERSION = "8.23.0";
    private static final Duration INSTALL = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "node-ws";
    }

    /** Needs to know whether the package can be had, so it installs it, which takes some seconds the first time. */
    @Override
    public Optional<String> missing() {
        Optional<String> program = NODE.missing();
        if (program.isPresent() || isInstalled()) {
            return program;
        }
        if (NPM.missing().isPresent()) {
            return NPM.missing();
        }
        try {
            install();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the package ws can't be installed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the package ws wasn't installed: interrupted");
        }
    }

    @Override
    public Dialect dialect() {
        return PlainDialect.INSTANCE;
    }

    @Override
    public RunningServer start(Launch launch) throws IOException, InterruptedException {
        if (!isInstalled()) {
            install();
        }
        int port = ServerProcess.freePort();
        // Node looks for the package beside the program, not in the working directory.
        String program = Bundled.copy("node-ws.cjs", folder()).toString();
        List<String> command =
                List.of(NODE.word(), program, Integer.toString(port), Boolean.toString(launch.deflate()));
        return ServerProcess.start(launch, new ServerProcess.Start(command, port));
    }

    private boolean isInstalled() {
        Path description = folder().resolve("node_modules/ws/package.json");
        try {
            return Files.exists(description) && Files.readString(description).contains("\"version\": \"" + VERSION);
        } catch (IOException e) {
            return false;
        }
    }

    private void install() throws IOException, InterruptedException {
        Files.createDirectories(folder());
        List<String> command = List.of(
                NPM.word(),
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--fetch-retries=1",
                "--prefix",
                folder().toString(),
                "ws@" + VERSION);
        Program.run(command, folder().resolve("install.log"), INSTALL);
    }

    private Path folder() {
        return home.resolve("bench/target/node-ws");
    }
}
