package io.magpie.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every input that is kept, and the shortest ones, hold the promises; so what once broke one stays repaired. */
class FuzzSeedsTest {
    static Stream<Arguments> seeds() throws IOException {
        List<Arguments> all = new ArrayList<>();
        for (FuzzTarget target : FuzzTarget.values()) {
            seeds(target).forEach(seed -> all.add(Arguments.of(target, seed.getFileName(), seed)));
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("seeds")
    void aSeedHoldsThePromises(FuzzTarget target, Path name, Path seed) throws Throwable {
        target.run(Files.readAllBytes(seed));
    }

    @ParameterizedTest
    @EnumSource
    void everyTargetHasSeeds(FuzzTarget target) throws IOException {
        assertThat(seeds(target)).hasSizeGreaterThanOrEqualTo(8);
    }

    @ParameterizedTest
    @EnumSource
    void theShortestInputsHoldThePromises(FuzzTarget target) throws Throwable {
        target.run(new byte[0]);
        for (int i = 0; i < 16; i++) {
            target.run(new byte[] {(byte) i});
            target.run(new byte[] {(byte) i, 1, 1, 0});
        }
    }

    @Test
    void targetsAreChosenByName() {
        assertThat(FuzzTarget.named("")).containsExactly(FuzzTarget.values());
        assertThat(FuzzTarget.named("proxy-header,frames")).containsExactly(FuzzTarget.PROXY_HEADER, FuzzTarget.FRAMES);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FuzzTarget.named("frame"))
                .withMessageContaining("'frame'")
                .withMessageContaining("proxy-header");
    }

    private static List<Path> seeds(FuzzTarget target) throws IOException {
        try (Stream<Path> files = Files.list(target.seeds())) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
