package io.magpie.gateway.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class StorageTest {
    private static final int VALUES = 200;

    @TempDir
    Path temp;

    @Test
    void readsWhatWasWrittenAfterOpeningAgain() throws Exception {
        fill();

        try (Storage storage = Storage.open(temp)) {
            assertThat(values(storage)).isEqualTo(VALUES);
        }
    }

    @Test
    void cutsAWriteAheadLogThatEndsWithinARecord() throws Exception {
        fill();
        Path log = only(".log");
        Files.write(log, java.util.Arrays.copyOf(Files.readAllBytes(log), (int) Files.size(log) - 20));

        try (Storage storage = Storage.open(temp)) {
            assertThat(values(storage)).isEqualTo(VALUES - 1);
        }
    }

    @Test
    void refusesAWriteAheadLogThatIsDamagedInTheMiddleAndNamesIt() throws Exception {
        fill();
        Path log = only(".log");
        byte[] bytes = Files.readAllBytes(log);
        bytes[bytes.length / 2] ^= 1;
        Files.write(log, bytes);

        assertThatThrownBy(() -> Storage.open(temp).close())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(log.getFileName().toString());
    }

    @Test
    void refusesWhenAFileIsMissingAndNamesIt() throws Exception {
        fill();
        Files.delete(only("CURRENT"));

        assertThatThrownBy(() -> Storage.open(temp).close())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("CURRENT");
    }

    @Test
    void goesOnAfterReopening() throws Exception {
        fill();
        try (Storage storage = Storage.open(temp)) {
            assertThat(storage.reopen()).isTrue();
            assertThat(values(storage)).isEqualTo(VALUES);
            put(storage, VALUES);
            assertThat(values(storage)).isEqualTo(VALUES + 1);
        }
    }

    @Test
    void saysThatItIsClosed() {
        Storage storage = Storage.open(temp);
        storage.close();

        assertThatThrownBy(() -> values(storage)).isInstanceOf(StorageException.class);
    }

    private void fill() throws RocksDBException {
        try (Storage storage = Storage.open(temp)) {
            for (int i = 0; i < VALUES; i++) {
                put(storage, i);
            }
        }
    }

    private static void put(Storage storage, int number) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            byte[] value = ("value " + number).repeat(20).getBytes(StandardCharsets.US_ASCII);
            batch.put(storage.handle(Storage.Family.MESSAGES), Records.messageKey(1, number), value);
            storage.write(batch, true);
        }
    }

    private static int values(Storage storage) {
        return storage.read(
                view -> view.walk(Storage.Family.MESSAGES, Records.messageKey(1, 0), Records.messageKey(2, 0), at -> {
                    int count = 0;
                    for (at.seekToFirst(); at.isValid(); at.next()) {
                        count++;
                    }
                    return count;
                }));
    }

    private Path only(String end) throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            List<Path> found = files.filter(
                            file -> file.getFileName().toString().endsWith(end)
                                    && !file.getFileName().toString().equals("LOG"))
                    .filter(file -> sizeOf(file) > 0)
                    .toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
