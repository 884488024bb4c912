package io.magpie.bench.compare.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoomLogTest {
    private static final ByteBuffer BYTES = ByteBuffer.wrap(new byte[4]);

    private final RoomLog log = new RoomLog();

    @BeforeEach
    void threeFrames() {
        log.append(new int[] {10, 11}, BYTES);
        log.append(new int[] {12}, BYTES);
        log.append(new int[] {13, 14}, BYTES);
    }

    @Test
    void acceptsTheSameMessagesInTheSameOrder() throws DeliveryFault {
        assertThat(log.check(0, 0, new int[] {10, 11})).isEqualTo(2);
        assertThat(log.check(1, 2, new int[] {12})).isEqualTo(1);
    }

    @Test
    void acceptsAnotherCut() throws DeliveryFault {
        assertThat(log.check(0, 0, new int[] {10})).isEqualTo(1);
        assertThat(log.check(0, 1, new int[] {11, 12, 13})).isEqualTo(3);
        assertThat(log.frameAt(0, 4)).isEqualTo(2);
        assertThat(log.check(2, 4, new int[] {14})).isEqualTo(1);
        assertThat(log.frameAt(2, 5)).isEqualTo(3);
    }

    @Test
    void saysWhatIsNew() throws DeliveryFault {
        assertThat(log.check(2, 3, new int[] {13, 14, 15, 16})).isEqualTo(2);
        assertThat(log.check(3, 5, new int[] {15})).isZero();
    }

    @Test
    void detectsALostMessage() {
        assertThatThrownBy(() -> log.check(0, 0, new int[] {10, 12}))
                .isInstanceOf(DeliveryFault.class)
                .hasMessageContaining("message 12 came where 11 was due: lost or out of order");
    }

    @Test
    void detectsADuplicate() {
        assertThatThrownBy(() -> log.check(1, 2, new int[] {11}))
                .isInstanceOf(DeliveryFault.class)
                .hasMessageContaining("message 11 came again, where 12 was due");
    }

    @Test
    void detectsASwap() {
        assertThatThrownBy(() -> log.check(2, 3, new int[] {14, 13}))
                .isInstanceOf(DeliveryFault.class)
                .hasMessageContaining("message 14 came where 13 was due");
    }

    @Test
    void takesOverTheFormThatTheOthersGet() throws DeliveryFault {
        ByteBuffer common = ByteBuffer.wrap(new byte[] {1, 2});
        log.alsoSeen(1, 2, new int[] {12}, common);
        assertThat(log.frame(1).hasBytes(ByteBuffer.wrap(new byte[] {0, 1, 2}), 1, 3))
                .isTrue();
        log.alsoSeen(0, 0, new int[] {10}, common);
        assertThat(log.frame(0).hasBytes(common.duplicate(), 0, 2)).isFalse();
    }

    @Test
    void hasNoFrameBeyondItsEnd() throws DeliveryFault {
        assertThat(log.frame(3)).isSameAs(LoggedFrame.NONE);
        assertThat(log.end()).isEqualTo(5);
    }

    @Test
    void forgetsAndSaysSo() {
        for (int i = 0; i < RoomLog.FRAMES; i++) {
            log.append(new int[] {100 + i}, BYTES);
        }
        assertThatThrownBy(() -> log.frame(2)).isInstanceOf(DeliveryFault.class).hasMessageContaining("behind");
    }
}
