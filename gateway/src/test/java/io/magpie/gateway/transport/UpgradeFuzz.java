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
 * nothing after one that says {@code close}, an upgrade only of what {@link UpgradeOracle} finds in order too, an end in
 * time, no exception, no buffer that stays.
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
        List<byte[]> writes = new ArrayList<>();
        boolean upgraded;
        try (ProductionPipeline pipeline = ProductionPipeline.open(parts)) {
            for (byte[] piece : input.pieces(input.rest())) {
                pipeline.receive(piece);
                writes.addAll(pipeline.writes());
            }
            pipeline.pass(LONG_ENOUGH);
            writes.addAll(pipeline.writes());
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

    private static void check(FuzzInput input, List<byte[]> writes, boolean upgraded) throws IOException {
        boolean switched = false;
        boolean ended = false;
        for (int i = 0; i < writes.size() && !switched; i++) {
            assertThat(ended).as("nothing follows an answer that says close").isFalse();
            WireReader reader = new WireReader(new ByteArrayInputStream(writes.get(i)));
            HttpReply head = reader.replyWithoutBody();
            switched = head.status() == 101;
            if (switched) {
                assertThat(new UpgradeOracle(input.on(0)).fault(input.rest(), i == 0, head))
                        .as("what is wrong with the upgrade that was answered with %s", head)
                        .isEmpty();
                checkFrames(writes.subList(i, writes.size()));
            } else {
                assertThat(head.status()).as("%s", head).isIn(MEANT);
                assertThat(body(writes.get(i)))
                        .isIn(0, Integer.parseInt(head.headers().getOrDefault("content-length", "0")));
            }
            ended = head.header("connection").equals("close");
        }
        assertThat(switched)
                .as("101 is answered if and only if there is a session")
                .isEqualTo(upgraded);
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
