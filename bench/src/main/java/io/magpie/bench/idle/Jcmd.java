package io.magpie.bench.idle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The JDK's {@code jcmd}, pointed at one JVM. Immutable. */
final class Jcmd {
    private static final Pattern USED = Pattern.compile("\\bused (\\d+)([KMG])");

    /** {@code <total type="rest" count="103" size="10163865"/>} */
    private static final Pattern MALLOC =
            Pattern.compile("<(?:total|system) type=\"(fast|rest|mmap|current)\".* size=\"(\\d+)\"/>");

    private static final String TRIM = "System.trim_native_heap";
    private static final String NATIVE_HEAP = "System.native_heap_info";
    private static final long TIMEOUT_SECONDS = 60;

    private final Path program;
    private final long pid;

    Jcmd(Path program, long pid) {
        this.program = program;
        this.pid = pid;
    }

    /** The program of the first of these JDKs that has it, or else the one on the search path. */
    static Optional<Path> find(Stream<Path> javaHomes, String searchPath) {
        Stream<Path> onPath = Stream.of(searchPath.split(":")).map(Path::of);
        return Stream.concat(javaHomes.map(home -> home.resolve("bin")), onPath)
                .map(directory -> directory.resolve("jcmd"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Collects all garbage; twice, since what one collection hands to a reference queue goes with the next. */
    void collect() throws IOException, InterruptedException {
        run("GC.run");
        run("GC.run");
    }

    /** The live objects; collects first. */
    ClassHistogram histogram() throws IOException, InterruptedException {
        return ClassHistogram.parse(run("GC.class_histogram"));
    }

    /** Bytes of heap in use, as the collector counts them: live objects and what it can't use between them. */
    long heapUsed() throws IOException, InterruptedException {
        return heapUsed(run("GC.heap_info"));
    }

    /**
     * Gives the system back what was freed outside of the heap, so that it isn't resident any more; nothing happens
     * where the JVM has no command for it.
     */
    void trim() throws IOException, InterruptedException {
        if (knows(TRIM)) {
            run(TRIM);
        }
    }

    /** Bytes that the C library has handed out and not got back; empty where the JVM can't ask it. */
    OptionalLong nativeHeap() throws IOException, InterruptedException {
        return knows(NATIVE_HEAP) ? nativeHeap(run(NATIVE_HEAP)) : OptionalLong.empty();
    }

    /** Major and full version of the JVM, for a report. */
    String version() throws IOException, InterruptedException {
        return run("VM.version").stream()
                .filter(line -> line.contains("version"))
                .findFirst()
                .orElse("unknown");
    }

    static long heapUsed(List<String> heapInfo) {
        for (String line : heapInfo) {
            Matcher matcher = USED.matcher(line);
            if (matcher.find() && !line.contains("Metaspace")) {
                return Long.parseLong(matcher.group(1)) << shift(matcher.group(2));
            }
        }
        throw new IllegalArgumentException("no heap info: " + String.join(" | ", heapInfo));
    }

    static OptionalLong nativeHeap(List<String> mallocInfo) {
        // The sums come last, after the same lines of each arena.
        Map<String, Long> last = new HashMap<>();
        for (String line : mallocInfo) {
            Matcher matcher = MALLOC.matcher(line);
            if (matcher.find()) {
                last.put(matcher.group(1), Long.parseLong(matcher.group(2)));
            }
        }
        Long taken = last.get("current");
        if (taken == null) {
            return OptionalLong.empty();
        }
        long free = last.getOrDefault("fast", 0L) + last.getOrDefault("rest", 0L);
        return OptionalLong.of(taken - free + last.getOrDefault("mmap", 0L));
    }

    private boolean knows(String command) throws IOException, InterruptedException {
        return run("help").contains(command);
    }

    private static int shift(String unit) {
        return switch (unit) {
            case "K" -> 10;
            case "M" -> 20;
            default -> 30;
        };
    }

    private List<String> run(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program.toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        List<String> lines = new ArrayList<>();
        try (var out = process.inputReader(StandardCharsets.UTF_8)) {
            out.lines().forEach(lines::add);
        }
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(program + " " + pid + " " + command + " failed: " + String.join(" | ", lines));
        }
        return lines;
    }
}
