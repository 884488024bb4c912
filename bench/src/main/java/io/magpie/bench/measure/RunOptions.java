package io.magpie.bench.measure;

import io.magpie.bench.DocsPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of every command that measures servers beside each other.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
public final class RunOptions {
    @Option(names = "--rounds", paramLabel = "N", description = "interleaved rounds")
    private int rounds = 5;

    @Option(names = "--server-cpu", paramLabel = "N", description = "processor of the servers; -1 means any")
    private int serverCpu;

    @Option(names = "--load-cpu", paramLabel = "N", description = "processor of the load; -1 means any")
    private int loadCpu = 1;

    @Option(names = "--out", paramLabel = "DIR", description = "write all figures as JSON, and pictures of them")
    private @Nullable Path out;

    @Option(
            names = "--docs",
            paramLabel = "FILE",
            description = "replace the generated part of this Markdown file; pictures go to the folder img beside it")
    private @Nullable Path docs;

    public int rounds() {
        return rounds;
    }

    public int serverCpu() {
        return serverCpu;
    }

    public int loadCpu() {
        return loadCpu;
    }

    public Optional<Path> out() {
        return Optional.ofNullable(out);
    }

    public Optional<Path> docs() {
        return Optional.ofNullable(docs);
    }

    /**
     * What is wrong with them, found out before a long run rather than after it.
     *
     * @param mark of the generated part
     */
    public Optional<String> problem(String mark) {
        if (rounds < 1) {
            return Optional.of("--rounds must be at least 1");
        }
        try {
            if (out != null) {
                Files.createDirectories(out);
            }
            if (docs != null) {
                return DocsPage.problem(Files.readString(docs), mark).map(problem -> "--docs: " + docs + " " + problem);
            }
        } catch (IOException e) {
            return Optional.of("can't be used: " + e);
        }
        return Optional.empty();
    }
}
