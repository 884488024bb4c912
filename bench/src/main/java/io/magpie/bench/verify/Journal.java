package io.magpie.bench.verify;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The history of a run as a file: a JSON object a line, in the order of their time.
 *
 * <p>Owner: the loop of the {@link Crowd}, which closes it.
 */
final class Journal implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_DEFAULT, JsonInclude.Include.NON_DEFAULT))
            .build();

    private final SequenceWriter lines;

    /** Begins a file, or begins it anew. */
    Journal(Path file) throws IOException {
        lines = MAPPER.writerFor(Entry.class)
                .with(new MinimalPrettyPrinter("\n"))
                .writeValues(Files.newBufferedWriter(file));
    }

    /** Adds a line. */
    void add(Entry entry) {
        try {
            lines.write(entry);
        } catch (IOException e) {
            throw new UncheckedIOException("the history can't be written", e);
        }
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the history can't be written", e);
        }
    }

    /** Reads a file, entry by entry. */
    static void read(Path file, Consumer<Entry> reader) throws IOException {
        try (MappingIterator<Entry> entries = MAPPER.readerFor(Entry.class).readValues(Files.newBufferedReader(file))) {
            while (entries.hasNextValue()) {
                reader.accept(entries.nextValue());
            }
        }
    }

    /** Lets a checker read a file. */
    static Verdict check(Path file, Checker checker) throws IOException {
        read(file, checker::accept);
        return checker.finish();
    }
}
