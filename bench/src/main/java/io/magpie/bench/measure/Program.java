package io.magpie.bench.measure;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that the machine may have. Immutable. */
public final class Program {
    /** Servers are here in Debian, and only the administrator's {@code PATH} has it. */
    private static final List<String> MORE_FOLDERS = List.of("/usr/sbin", "/usr/local/sbin", "/usr/local/bin");

    private static final int LOG_END = 2_000;

    private final String name;
    private final String install;

    private Program(String name, String install) {
        this.name = name;
        this.install = install;
    }

    /** A program by its name, and the Debian package that has it. */
    public static Program of(String name, String debianPackage) {
        return new Program(name, "Debian: apt-get install " + debianPackage);
    }

    /** Where it is. */
    public Optional<Path> path() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Arrays.stream(path.split(File.pathSeparator, -1)), MORE_FOLDERS.stream())
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** A sentence for a user if it isn't installed. */
    public Optional<String> missing() {
        return path().isPresent() ? Optional.empty() : Optional.of(name + " isn't installed (" + install + ")");
    }

    /** Its path as a word of a command; the name alone if it isn't installed, which makes the start fail. */
    public String word() {
        return path().map(Path::toString).orElse(name);
    }

    /**
     * Runs a command to its end.
     *
     * @throws IOException if it fails or takes longer; the message has the end of its output
     */
    public static void run(List<String> command, Path log, Duration atMost) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended;
        try {
            ended = process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly();
        }
        if (!ended || process.exitValue() != 0) {
            String how = ended ? " failed" : " took more than " + atMost.toSeconds() + " s";
            throw new IOException(String.join(" ", command) + how + ": " + end(log));
        }
    }

    /** The end of a log. */
    public static String end(Path log) throws IOException {
        String text = text(log);
        return text.substring(Math.max(0, text.length() - LOG_END)).strip();
    }

    /** What a log has so far. */
    public static String text(Path log) throws IOException {
        // A decoder that replaces: the log may end within a character.
        return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    }
}
