package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.fuzz.FuzzInput;
import io.magpie.gateway.fuzz.LoggedErrors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Bytes before the upgrade, on the pipeline of production. Whatever comes: well-formed answers with a status that is meant,
 * nothing after one that says {@code close}, an upgrade only of what {@link UpgradeOracle} finds in order too and never in
 * one read with another request, an end in time, no exception, no buffer that stays.
 *
 * <p>Switch 0 serves one host and one origin only.
 */
public final class UpgradeFuzz {
    private static final ProductionPipeline.Parts ANY = ProductionPipeline.Parts.counting(
            "websocket.compression.enabled=true", "http.request-timeout=1s", "websocket.close-timeout=1s");
    private static final ProductionPipeline.Parts CHOOSY = ProductionPipeline.Parts.counting(
            "websocket.compression.enabled=true",
            "http.request-timeout=1s",
            "websocket.close-timeout=1s",
            "edge.hosts=chat.example",
            "edge.origins=https://chat.example");

    private static final Set<Integer> MEANT =
            Set.of(100, 200, 204, 400, 403, 404, 405, 413, 414, 415, 421, 426, 429, 431, 503, 505);
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(4);
    private static final LoggedErrors ERRORS = LoggedErrors.watch();

    private UpgradeFuzz() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        FuzzInput input = FuzzInput.of(bytes);
        ProductionPipeline.Parts parts = input.on(0) ? CHOOSY : ANY;
        long held = parts.held();
        ERRORS.forget();
        List<Written> writes = new ArrayList<>();
        boolean upgraded;
        try (ProductionPipeline pipeline = ProductionPipeline.open(parts)) {
            List<byte[]> pieces = input.pieces(input.rest());
            for (int i = 0; i < pieces.size(); i++) {
                pipeline.receive(pieces.get(i));
                writes.addAll(written(i, pipeline));
            }
            pipeline.pass(LONG_ENOUGH);
            writes.addAll(written(pieces.size(), pipeline));
            upgraded = !pipeline.sessions.isEmpty();
            assertThat(pipeline.sessions).hasSizeLessThanOrEqualTo(1);
            assertThat(pipeline.isOpen() && !upgraded)
                    .as("open without an upgrade")
                    .isFalse();
        }
        try {
            check(input, writes, upgraded);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(parts.held()).as("bytes of buffers that weren't released").isEqualTo(held);
        ERRORS.check();
    }

    /** One write of the server, after one read; they are counted. */
    @SuppressWarnings("ArrayRecordComponent") // lives for one call
    private record Written(int read, byte[] bytes) {}

    private static List<Written> written(int read, ProductionPipeline pipeline) {
        return pipeline.writes().stream().map(bytes -> new Written(read, bytes)).toList();
    }

    private static void check(FuzzInput input, List<Written> writes, boolean upgraded) throws IOException {
        boolean switched = false;
        boolean ended = false;
        for (int i = 0; i < writes.size() && !switched; i++) {
            assertThat(ended).as("nothing follows an answer that says close").isFalse();
            byte[] answer = writes.get(i).bytes();
            WireReader reader = new WireReader(new ByteArrayInputStream(answer));
            HttpReply head = reader.replyWithoutBody();
            switched = head.status() == 101;
            if (switched) {
                assertThat(new UpgradeOracle(input.on(0)).fault(input.rest(), before(writes, i), head))
                        .as("what is wrong with the upgrade that was answered with %s", head)
                        .isEmpty();
                checkFrames(writes.stream().skip(i).map(Written::bytes).toList());
            } else {
                assertThat(head.status()).as("%s", head).isIn(MEANT);
                assertThat(body(answer)).isIn(0, Integer.parseInt(head.headers().getOrDefault("content-length", "0")));
            }
            ended = head.header("connection").equals("close");
        }
        assertThat(switched)
                .as("101 is answered if and only if there is a session")
                .isEqualTo(upgraded);
    }

    private static UpgradeOracle.Before before(List<Written> writes, int upgrade) {
        if (upgrade == 0) {
            return UpgradeOracle.Before.NOTHING;
        }
        return writes.get(upgrade - 1).read() == writes.get(upgrade).read()
                ? UpgradeOracle.Before.TO_THE_SAME_READ
                : UpgradeOracle.Before.TO_EARLIER_READS;
    }

    /** How many bytes follow the headers. */
    private static int body(byte[] answer) {
        String text = new String(answer, StandardCharsets.ISO_8859_1);
        return text.length() - text.indexOf("\r\n\r\n") - 4;
    }

    /** Behind the answer to the upgrade: at most one close frame, and before it only answers to pings. */
    private static void checkFrames(List<byte[]> writes) throws IOException {
        WireReader reader = new WireReader(new ByteArrayInputStream(ClientFrame.join(writes.toArray(byte[][]::new))));
        reader.replyWithoutBody();
        List<ServerFrame> frames = reader.framesToEnd();
        for (int i = 0; i < frames.size(); i++) {
            ServerFrame frame = frames.get(i);
            assertThat(frame.opcode()).as("%s", frame).isIn(8, 10);
            assertThat(frame.isClose())
                    .as("a close frame, at the end of %s", frames)
                    .isIn(false, i == frames.size() - 1);
        }
    }
}
