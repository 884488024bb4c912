package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.fuzz.LoggedErrors;
import io.magpie.protocol.RoomId;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A connection that breaks off after any byte of its upgrade, or of a {@code send} with a key: nothing is held any longer,
 * nothing is logged as an error, and the message is stored once or not at all.
 */
class BrokenOffTest {
    private static final RoomId ROOM = new RoomId("hall");
    private static final RawRequest UPGRADE = RawRequest.upgrade("/ws", "Sec-WebSocket-Protocol: magpie.v1.json");
    private static final ClientFrame CONNECT =
            ClientFrame.text("{\"type\":\"connect\",\"id\":1,\"rooms\":{\"hall\":null}}");
    private static final byte[] SEND = ClientFrame.text(
                    "{\"type\":\"send\",\"id\":2,\"room\":\"hall\",\"key\":\"k1\",\"data\":\"大家好\"}")
            .bytes();
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);
    private static final LoggedErrors ERRORS = LoggedErrors.watch();

    private final ProductionPipeline.Parts parts = ProductionPipeline.Parts.counting();

    /** How a connection breaks off. */
    private enum End {
        RESET {
            @Override
            void of(ProductionPipeline pipeline) {
                pipeline.reset();
                pipeline.disconnect();
            }
        },
        END_OF_STREAM {
            @Override
            void of(ProductionPipeline pipeline) {
                pipeline.disconnect();
            }
        };

        abstract void of(ProductionPipeline pipeline);
    }

    @ParameterizedTest
    @EnumSource
    void leavesNothingOfAnUpgrade(End end) {
        byte[] request = UPGRADE.bytes();
        for (int length = 0; length <= request.length; length++) {
            byte[] part = Arrays.copyOf(request, length);
            long held = parts.held();
            ERRORS.forget();
            try (ProductionPipeline pipeline = ProductionPipeline.withRooms(parts)) {
                pipeline.receive(part);
                breakOff(pipeline, end);

                assertThat(pipeline.stored(ROOM)).isZero();
            }
            assertNothingLeft(held, length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void storesASendOnceOrNotAtAll(End end) {
        for (int length = 0; length <= SEND.length; length++) {
            byte[] part = Arrays.copyOf(SEND, length);
            assertThat(stored(end, part)).as("after %s bytes", length).isEqualTo(length == SEND.length ? 1 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void storesASendOnceWhoseRepetitionBreaksOff(End end) {
        for (int length = 0; length <= SEND.length; length++) {
            byte[] twice = ClientFrame.join(SEND, Arrays.copyOf(SEND, length));
            assertThat(stored(end, twice)).as("after %s bytes more", length).isEqualTo(1);
        }
    }

    private int stored(End end, byte[] sent) {
        long held = parts.held();
        ERRORS.forget();
        int stored;
        try (ProductionPipeline pipeline = ProductionPipeline.withRooms(parts)) {
            pipeline.upgrade(UPGRADE);
            pipeline.receive(CONNECT);
            pipeline.receive(sent);
            breakOff(pipeline, end);
            stored = pipeline.stored(ROOM);
        }
        assertNothingLeft(held, sent.length);
        return stored;
    }

    private static void breakOff(ProductionPipeline pipeline, End end) {
        end.of(pipeline);
        pipeline.pass(LONG_ENOUGH);
        assertThat(pipeline.isOpen()).isFalse();
    }

    private void assertNothingLeft(long held, int length) {
        assertThat(parts.held()).as("bytes of buffers, after %s bytes", length).isEqualTo(held);
        ERRORS.check();
    }
}
