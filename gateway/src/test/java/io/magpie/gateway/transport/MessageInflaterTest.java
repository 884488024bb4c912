package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A compressed message is whole, as another inflater finds that reads it bit by bit, or it is refused with 1007. (Cut behind
 * the beginning of a block that isn't compressed, what is left is a whole message by RFC 7692, and nobody could tell.)
 */
class MessageInflaterTest {
    private static final LoopWheel WHEEL = new LoopWheel(new EmbeddedChannel().eventLoop(), lag -> {});
    private static final InflateBudget BUDGET = new InflateBudget(
            TestConfig.with("websocket.compression.max-ratio=0", "websocket.compression.inflated-per-second=0"), WHEEL);
    private static final byte[] PROBE = "still in step".getBytes(StandardCharsets.UTF_8);

    private MessageInflater inflater = new MessageInflater(BUDGET);

    @AfterEach
    void end() {
        inflater.end();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void refusesAMessageCutAnywhereUnlessWhatIsLeftIsWhole(String name, byte[] packed) {
        assertThat(byBits(packed)).as(name).isPresent();
        for (int length = 0; length <= packed.length; length++) {
            assertJudgedAsByBits(name + " after " + length + " bytes", Arrays.copyOf(packed, length));
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void refusesWhatIsMissingInTheMiddleUnlessTheRestIsWhole(String name, byte[] packed) {
        for (int at = 0; at < packed.length; at++) {
            byte[] rest =
                    ClientFrame.join(Arrays.copyOf(packed, at), Arrays.copyOfRange(packed, at + 1, packed.length));
            assertJudgedAsByBits(name + " without byte " + at, rest);
        }
    }

    @Test
    void refusesAMessageCutAnywhereThatRefersToEarlierOnes() {
        byte[] text = "{\"type\":\"send\",\"room\":\"hall\",\"data\":\"something of some length\"}"
                .repeat(9)
                .getBytes(StandardCharsets.UTF_8);
        Deflater deflater = new Deflater(9, true);
        byte[] first = ClientFrame.deflated(deflater, text);
        byte[] second = ClientFrame.deflated(deflater, text);
        deflater.end();
        for (int length = 0; length < second.length; length++) {
            assertThat(inflate(first)).hasValue(text);
            assertThat(inflate(Arrays.copyOf(second, length)))
                    .as("%s bytes", length)
                    .isEmpty();
            anew();
        }
        assertThat(inflate(first)).hasValue(text);
        assertThat(inflate(second)).hasValue(text);
    }

    @Test
    void refusesAMessageWhoseSenderDidNotLeaveOutTheTail() {
        assertThat(inflate(ClientFrame.hex("f248cdc9c90700 0000ffff"))).isEmpty();
    }

    @Test
    void refusesAStreamThatEndedWithoutTheBlockThatSaysSo() {
        assertThat(inflate(ClientFrame.hex("f348cdc9c90700 00"))).isPresent();
        anew();
        assertThat(inflate(ClientFrame.hex("f348cdc9c90700"))).isEmpty();
    }

    static Stream<Object[]> messages() {
        Random random = new Random(7);
        byte[] noise = new byte[700];
        random.nextBytes(noise);
        byte[] letters = new byte[900];
        for (int i = 0; i < letters.length; i++) {
            letters[i] = (byte) ('a' + random.nextInt(4));
        }
        byte[] text = "{\"type\":\"message\",\"seq\":17,\"data\":\"大家好, all work and no play\"} "
                .getBytes(StandardCharsets.UTF_8);
        byte[] mixed = ClientFrame.join(text, noise, text, letters, new byte[500]);
        return Stream.of(
                new Object[] {"a short text", packed(text, 9, Deflater.DEFAULT_STRATEGY)},
                new Object[] {"letters", packed(letters, 6, Deflater.DEFAULT_STRATEGY)},
                new Object[] {"letters by frequency", packed(letters, 6, Deflater.HUFFMAN_ONLY)},
                new Object[] {"zeros", packed(new byte[40_000], 9, Deflater.DEFAULT_STRATEGY)},
                new Object[] {"noise", packed(noise, 9, Deflater.DEFAULT_STRATEGY)},
                new Object[] {"a mixture", packed(mixed, 9, Deflater.DEFAULT_STRATEGY)},
                new Object[] {"a mixture that isn't compressed", packed(mixed, 0, Deflater.DEFAULT_STRATEGY)},
                new Object[] {"two blocks", ClientFrame.hex("f248050000 00ffff cac9c90700")},
                new Object[] {"a stream that ended", ClientFrame.hex("f348cdc9c90700 00")});
    }

    private void assertJudgedAsByBits(String name, byte[] payload) {
        Optional<byte[]> whole = byBits(payload);
        Optional<byte[]> inflated = inflate(payload);
        assertThat(inflated.isPresent()).as(name).isEqualTo(whole.isPresent());
        if (inflated.isPresent()) {
            assertThat(inflated).as(name).hasValue(whole.orElseThrow());
            assertThat(inflate(ClientFrame.deflated(PROBE)))
                    .as("the message after it")
                    .hasValue(PROBE);
        }
        anew();
    }

    private void anew() {
        inflater.end();
        inflater = new MessageInflater(BUDGET);
    }

    /** What a message says, or nothing if it is refused. */
    private Optional<byte[]> inflate(byte[] payload) {
        WebSocketFrame frame = new BinaryWebSocketFrame(true, 4, Unpooled.wrappedBuffer(payload));
        try {
            ByteBuf inflated = inflater.inflate(frame, ByteBufAllocator.DEFAULT);
            byte[] message = ByteBufUtil.getBytes(inflated);
            inflated.release();
            return Optional.of(message);
        } catch (CorruptedWebSocketFrameException refused) {
            assertThat(refused.closeStatus().code()).isEqualTo(1007);
            return Optional.empty();
        } finally {
            frame.release();
        }
    }

    private static Optional<byte[]> byBits(byte[] payload) {
        try {
            return Optional.of(WindowedInflater.of(payload).message());
        } catch (IllegalStateException | IndexOutOfBoundsException notWhole) {
            return Optional.empty();
        }
    }

    private static byte[] packed(byte[] message, int level, int strategy) {
        Deflater deflater = new Deflater(level, true);
        try {
            deflater.setStrategy(strategy);
            // The first call after a change does nothing.
            deflater.deflate(new byte[64], 0, 64, Deflater.NO_FLUSH);
            return ClientFrame.deflated(deflater, message);
        } finally {
            deflater.end();
        }
    }
}
