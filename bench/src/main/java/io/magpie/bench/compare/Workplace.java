package io.magpie.bench.compare;

import io.magpie.bench.compare.load.LoadLoop;
import io.magpie.bench.measure.Pinning;
import io.magpie.bench.measure.Scratch;
import io.magpie.bench.yardstick.Yardstick;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * What every run needs: the load on its processor, the servers that can run here, a folder for their files. Closing it
 * ends the load and removes the folder.
 *
 * @param yardsticks the servers that can run here
 */
record Workplace(LoadLoop loop, List<Yardstick> yardsticks, Path directory) implements AutoCloseable {
    /**
     * Prepares all that.
     *
     * @param all the servers there are
     * @param wanted names of those that are asked for; of the others nothing is told
     * @param notes gets a line for each of them that can't run here
     * @throws IOException if a load can't run here
     */
    static Workplace open(List<Yardstick> all, List<String> wanted, int loadCpu, Consumer<String> notes)
            throws IOException, InterruptedException {
        if (!Epoll.isAvailable()) {
            throw new IOException("the load needs Linux with epoll: " + Epoll.unavailabilityCause());
        }
        for (Yardstick yardstick : all) {
            if (wanted.isEmpty() || wanted.contains(yardstick.name())) {
                yardstick.missing().ifPresent(why -> notes.accept("without " + yardstick.name() + ": " + why));
            }
        }
        LoadLoop loop = new LoadLoop();
        Pinning.pinThisProcess(loadCpu);
        return new Workplace(
                loop,
                all.stream().filter(yardstick -> yardstick.missing().isEmpty()).toList(),
                Files.createTempDirectory("magpie-compare"));
    }

    @Override
    public void close() throws IOException {
        loop.close();
        Scratch.delete(directory);
    }
}
