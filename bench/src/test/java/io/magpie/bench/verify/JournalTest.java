package io.magpie.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.verify.Entry.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    private Path directory;

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path file = directory.resolve("history.jsonl");
        List<Entry> entries = List.of(
                Entry.ofBench(1, Kind.PHASE, 0, "warm"),
                new Entry(2, Kind.OK, 3, 4, "room", "epoch", 5, 6, "3-1", "duplicate \"x\""));
        try (Journal journal = new Journal(file)) {
            entries.forEach(journal::add);
        }
        List<Entry> read = new ArrayList<>();
        Journal.read(file, read::add);
        assertThat(read).isEqualTo(entries);
        assertThat(Files.readAllLines(file))
                .hasSize(2)
                .first()
                .isEqualTo("{\"t\":1,\"kind\":\"PHASE\",\"note\":\"warm\"}");
    }
}
