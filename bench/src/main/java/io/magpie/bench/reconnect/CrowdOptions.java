package io.magpie.bench.reconnect;

import io.magpie.bench.Invocation;
import io.magpie.bench.gateway.GatewayCommand;
import io.magpie.bench.gateway.LogMode;
import io.magpie.bench.measure.Scratch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of both commands.
 *
 * <p>Owner: the main thread; picocli sets the fields.
 */
final class CrowdOptions {
    @Option(names = "--clients", paramLabel = "N", description = "clients, each in one room")
    private int clients = 2_000;

    @Option(names = "--rooms", paramLabel = "N", description = "rooms")
    private int rooms = 20;

    @Option(names = "--publishers", paramLabel = "N", description = "who send all the time, in turn")
    private int publishers = 20;

    @Option(names = "--rate", paramLabel = "N", description = "messages per second, by all publishers together")
    private double rate = 100;

    @Option(names = "--size", paramLabel = "BYTES", description = "bytes of a message's text")
    private int size = 100;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "a key of the gateways' configuration")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--java-opts", paramLabel = "FLAGS", description = "further flags of the gateways' JVMs")
    private String javaOptions = "";

    @Option(names = "--no-bars", description = "exit with 0 whatever the verdict is")
    private boolean noBars;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "keep the figures as JSON, a picture, a part for a page, and the gateways' logs there")
    private @Nullable Path out;

    /** @param apart see {@link Load} */
    Load load(boolean apart) {
        return new Load(clients, rooms, publishers, apart, rate, size);
    }

    /** Where to write. */
    Path directory() throws IOException {
        return Scratch.orAsked(out, "magpie-reconnect");
    }

    /**
     * Ends the command: what it wrote goes if all was well, unless it was asked for.
     *
     * @return the exit code
     */
    int end(Path directory, boolean ok, PrintWriter err) throws IOException {
        Scratch.leave(directory, ok && out == null, err);
        return ok || noBars ? Invocation.OK : Invocation.FAIL;
    }

    /**
     * How gateways are started: data-less, and with one secret, so that tickets of one are known by the other.
     *
     * @param more settings of the command, each {@code key=value}; what the user said counts more
     */
    Site.Launch launch(Path directory, List<String> more) throws IOException {
        GatewayCommand gateway = GatewayCommand.of(null, null, System.getProperty("magpie.home"));
        List<String> flags =
                javaOptions.isBlank() ? List.of() : List.of(javaOptions.strip().split(" +", -1));
        List<String> all = new ArrayList<>(LogMode.memory());
        all.addAll(List.of("listen.host=127.0.0.1", "listen.port=0", "management.port=0"));
        all.add("resume.secret=" + UUID.randomUUID());
        all.addAll(more);
        all.addAll(settings);
        return new Site.Launch(gateway.line(directory, flags), List.copyOf(all), directory);
    }
}
