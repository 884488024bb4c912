package io.magpie.gateway.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.EngineHarness;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Directories that earlier versions wrote can be opened. {@code format-1.zip} was made by version 0.1.0 with
 * {@link FormatFixture}; a new format gets another file, and this one stays.
 */
class DataFormatTest extends EngineHarness {
    @TempDir
    Path temp;

    private DiskLog log;

    @Override
    protected Engine create(Setup setup) {
        try {
            unpack(temp);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        GatewayConfig config = TestConfig.with("log.kind=disk", "log.directory=" + temp, "log.min-free=0");
        log = DiskLog.open(
                config,
                new Engine.Environment(setup.clock()::millis, setup.clock()::nanos, () -> "another"),
                new SimpleMeterRegistry());
        return log.engine(setup.shard());
    }

    @Override
    protected void release() {
        log.close();
    }

    @Test
    void opensADirectoryOfFormat1() {
        Engine.Subscription subscription = subscribe(FormatFixture.ROOM);

        assertThat(subscription.head()).isEqualTo(new Position(FormatFixture.EPOCH, 6, FormatFixture.TIME + 6));
        assertThat(newest(FormatFixture.ROOM, 10).messages()).containsExactlyElementsOf(FormatFixture.messages());
        Draft again = new Draft(
                FormatFixture.SENDER,
                "k-3",
                "poll",
                FormatFixture.messages().get(1).body(),
                0);
        assertThat(append(FormatFixture.ROOM, again))
                .containsExactly(
                        new Appended.Stored(new Position(FormatFixture.EPOCH, 3, FormatFixture.TIME + 3), true));
        assertThat(seqs(append(FormatFixture.ROOM, draft("a", null, "new")))).containsExactly(7L);
    }

    private static void unpack(Path into) throws IOException {
        try (InputStream file = DataFormatTest.class.getResourceAsStream("format-1.zip")) {
            assertThat(file).as("format-1.zip").isNotNull();
            ZipInputStream zip = new ZipInputStream(file);
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = into.resolve(entry.getName());
                Files.createDirectories(target.getParent());
                Files.copy(zip, target);
            }
        }
    }
}
