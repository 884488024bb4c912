package io.magpie.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DamageTest {
    private static final int SIZE = 10_000;

    private final byte[] content = new byte[SIZE];
    private final SplittableRandom random = new SplittableRandom(1);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(value = Damage.Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "OLDER")
    void everyKindChangesTheFile(Damage.Kind kind) throws IOException {
        Path file = file();
        assertThat(new Damage(kind, file, 5_000).inflict(random)).isTrue();
        assertThat(Files.readAllBytes(file)).isNotEqualTo(content);
    }

    @Test
    void aFlippedBitIsOne() throws IOException {
        Path file = file();
        new Damage(Damage.Kind.BIT_FLIP, file, 5_000).inflict(random);
        byte[] after = Files.readAllBytes(file);
        assertThat(Arrays.mismatch(after, content)).isEqualTo(5_000);
        assertThat(Integer.bitCount((after[5_000] ^ content[5_000]) & 0xFF)).isEqualTo(1);
    }

    @Test
    void aPageIsZeroedFromItsBeginning() throws IOException {
        Path file = file();
        new Damage(Damage.Kind.ZERO_PAGE, file, 5_000).inflict(random);
        byte[] after = Files.readAllBytes(file);
        assertThat(Arrays.copyOfRange(after, 4_096, 8_192)).containsOnly(0);
        assertThat(after[4_095]).isEqualTo(content[4_095]);
        assertThat(after[8_192]).isEqualTo(content[8_192]);
    }

    @Test
    void aDamageThatChangesNothingSaysSo() throws IOException {
        Path file = Files.write(directory.resolve("zeros"), new byte[SIZE]);
        assertThat(new Damage(Damage.Kind.ZERO_PAGE, file, 0).inflict(random)).isFalse();
    }

    @Test
    void anOlderVersionComesBackAlsoInAPlaceThatIsEmpty() throws IOException {
        Path earlier = Files.writeString(directory.resolve("earlier"), "before");
        Path file = Files.writeString(directory.resolve("now"), "after");

        assertThat(Damage.older(earlier, file)).isPresent();
        assertThat(file).hasContent("before");
        assertThat(Damage.older(earlier, file)).isEmpty();
        assertThat(Damage.older(earlier, directory.resolve("deleted"))).isPresent();
        assertThat(directory.resolve("deleted")).hasContent("before");
    }

    private Path file() throws IOException {
        for (int i = 0; i < SIZE; i++) {
            content[i] = (byte) random.nextInt(1, 256);
        }
        return Files.write(directory.resolve("file"), content);
    }
}
