package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.fuzz.FuzzInput;
import io.magpie.gateway.fuzz.LoggedErrors;
import io.magpie.protocol.CloseCode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes after the upgrade, on the pipeline of production. Whatever comes: at most one close frame leaves and nothing after
 * it, the connection ends then, no exception escapes, no buffer stays, and the session gets text that is UTF-8.
 *
 * <p>Switches: 0 negotiates compression; 1 makes frames of the rest, so that mutations need not hit on lengths and masks.
 * Limits are small here, to be in reach of short inputs.
 */
public final class FrameFuzz {
    private static final ProductionPipeline.Parts PLAIN = parts(false);
    private static final ProductionPipeline.Parts DEFLATING = parts(true);

    private static final RawRequest REQUEST = RawRequest.upgrade("/ws");
    private static final RawRequest OFFER = RawRequest.upgrade("/ws", "Sec-WebSocket-Extensions: permessage-deflate");
    private static final int MAX_MESSAGE = 2_048;
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(3);
    private static final LoggedErrors ERRORS = LoggedErrors.watch();

    private FrameFuzz() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        FuzzInput input = FuzzInput.of(bytes);
        ProductionPipeline.Parts parts = input.on(0) ? DEFLATING : PLAIN;
        long held = parts.held();
        ERRORS.forget();
        try (ProductionPipeline pipeline = ProductionPipeline.open(parts)) {
            pipeline.upgrade(input.on(0) ? OFFER : REQUEST);
            byte[] rest = input.on(1) ? framed(input.rest()) : input.rest();
            input.pieces(rest).forEach(pipeline::receive);
            pipeline.pass(LONG_ENOUGH);
            boolean ended = !pipeline.isOpen();
            checkFrames(pipeline.frames(), ended);
            pipeline.disconnect();
            checkSession(pipeline.session(), ended);
        }
        assertThat(parts.held()).as("bytes of buffers that weren't released").isEqualTo(held);
        ERRORS.check();
    }

    private static ProductionPipeline.Parts parts(boolean deflate) {
        return ProductionPipeline.Parts.counting(
                "limits.message=64",
                "websocket.max-message=2KiB",
                "websocket.max-fragments=8",
                "websocket.close-timeout=1s",
                "websocket.compression.max-inflated=2KiB",
                "websocket.compression.enabled=" + deflate);
    }

    /** A frame for each byte of head, byte of length and payload; of a head with RSV1 and RSV2 the payload is deflated. */
    private static byte[] framed(byte[] rest) {
        ByteBuffer in = ByteBuffer.wrap(rest);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (in.remaining() >= 2) {
            int head = Byte.toUnsignedInt(in.get());
            byte[] payload = new byte[Math.min(Byte.toUnsignedInt(in.get()), in.remaining())];
            in.get(payload);
            int rsv = head >> 4 & 7;
            boolean deflate = rsv == 6;
            out.writeBytes(new ClientFrame(
                            head >= 0x80,
                            deflate ? 4 : rsv,
                            head & 15,
                            deflate ? ClientFrame.deflated(payload) : payload)
                    .bytes());
        }
        return out.toByteArray();
    }

    private static void checkFrames(List<ServerFrame> frames, boolean ended) {
        List<ServerFrame> closes = frames.stream().filter(ServerFrame::isClose).toList();
        assertThat(closes).as("one close frame if it ended, of %s", frames).hasSize(ended ? 1 : 0);
        for (ServerFrame frame : frames) {
            assertThat(frame.opcode()).as("%s", frame).isIn(8, 10);
            assertThat(frame.fin() && frame.rsv() == 0).as("%s", frame).isTrue();
            assertThat(frame.payload().length).isLessThanOrEqualTo(125);
        }
        if (ended) {
            ServerFrame last = frames.get(frames.size() - 1);
            assertThat(last.isClose())
                    .as("nothing after the close frame in %s", frames)
                    .isTrue();
            assertThat(utf8(Arrays.copyOfRange(
                            last.payload(), Math.min(2, last.payload().length), last.payload().length)))
                    .as("the reason is UTF-8")
                    .isTrue();
        }
    }

    private static void checkSession(RecordingSession session, boolean ended) {
        List<String> events = session.events;
        assertThat(events.get(0)).isEqualTo("open");
        assertThat(events.get(events.size() - 1)).isEqualTo("closed");
        assertThat(events.stream().filter(event -> event.equals("closed"))).hasSize(1);
        long closings =
                events.stream().filter(event -> event.startsWith("closing ")).count();
        assertThat(closings).isLessThanOrEqualTo(ended ? 1 : 0);
        // Of its own accord; a client may say it, and hears it again.
        assertThat(events).doesNotContain("closing " + CloseCode.INTERNAL_ERROR.code());
        if (closings == 1) {
            assertThat(events.get(events.size() - 2))
                    .as("no message after it is closed")
                    .startsWith("closing ");
        }
        for (byte[] text : session.texts) {
            assertThat(utf8(text)).as("text is UTF-8").isTrue();
            assertThat(text.length).isLessThanOrEqualTo(MAX_MESSAGE);
        }
        for (byte[] binary : session.binaries) {
            assertThat(binary.length).isLessThanOrEqualTo(MAX_MESSAGE);
        }
    }

    /** As the JDK sees it, which isn't how the gateway looks. */
    private static boolean utf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
