package io.magpie.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketSecretTest {
    @TempDir
    Path directory;

    @Test
    void takesTheConfiguredOne() throws IOException {
        byte[] expected = "a configured secret".getBytes(StandardCharsets.UTF_8);

        assertThat(TicketSecret.of("a configured secret")).isEqualTo(expected);
        assertThat(TicketSecret.of("a configured secret", directory)).isEqualTo(expected);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void makesOneForTheProcess() {
        assertThat(TicketSecret.of("")).hasSize(32).isNotEqualTo(TicketSecret.of(""));
    }

    @Test
    void keepsTheOneItMadeFirst() throws IOException {
        Path data = directory.resolve("not").resolve("there");

        byte[] first = TicketSecret.of("", data);

        assertThat(first).hasSize(32);
        assertThat(TicketSecret.of("", data)).isEqualTo(first);
        try (Stream<Path> files = Files.list(data)) {
            assertThat(files).containsExactly(data.resolve("resume.secret"));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("resume.secret"))))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c2hvcnQ=", "not base64!"})
    void refusesAFileThatHoldsNoSecret(String content) throws IOException {
        Files.writeString(directory.resolve("resume.secret"), content);

        assertThatThrownBy(() -> TicketSecret.of("", directory))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("resume.secret");
    }

    @Test
    void doesNotReadAFileThatCannotBeOurs() throws IOException {
        Files.write(directory.resolve("resume.secret"), new byte[100_000]);

        assertThatThrownBy(() -> TicketSecret.of("", directory)).isInstanceOf(UncheckedIOException.class);
    }
}
