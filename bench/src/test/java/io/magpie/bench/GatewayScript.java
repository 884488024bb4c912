package io.magpie.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A {@code magpie} script that starts the gateway from the very classes that are tested. */
public final class GatewayScript {
    private static final String LOGGING = """
            <configuration>
              <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%msg%n</pattern></encoder>
              </appender>
              <root level="INFO"><appender-ref ref="OUT"/></root>
            </configuration>
            """;

    private GatewayScript() {}

    /** Writes it into a folder, which thereby can be a {@code magpie.home}. */
    public static void write(Path folder) throws IOException {
        Path script = folder.resolve("magpie");
        // The classes of the bench come first here, and its logging would hide that the gateway has started.
        Path logging = Files.writeString(folder.resolve("logging.xml"), LOGGING);
        Files.writeString(
                script,
                String.join(
                        " ",
                        "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java") + "'",
                        "-Xmx128m",
                        "-Dlogback.configurationFile='" + logging + "'",
                        "-cp '" + System.getProperty("java.class.path") + "'",
                        "io.magpie.gateway.Main \"$@\"\n"));
        if (!script.toFile().setExecutable(true)) {
            throw new IOException(script + " can't be made executable");
        }
    }
}
