package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventReader;
import io.magpie.protocol.ProtocolException;
import io.magpie.protocol.RequestId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameMemoTest {
    private final EventReader reader = new EventReader(Encoding.JSON);
    private final FrameMemo memo = new FrameMemo();

    @Test
    void readsTheSameBytesOnce() {
        List<Event> first = read(pong(1));
        assertThat(first).containsExactly(new Event.Pong(new RequestId.Number(1)));
        assertThat(read(pong(1))).isSameAs(first);
    }

    @Test
    void readsOtherBytesAnew() {
        read(pong(1));
        assertThat(read(pong(2))).containsExactly(new Event.Pong(new RequestId.Number(2)));
        assertThat(read(pong(1) + " ")).containsExactly(new Event.Pong(new RequestId.Number(1)));
    }

    @Test
    void forgetsOldFrames() {
        List<Event> first = read(pong(1));
        for (int id = 2; id <= FrameMemo.FRAMES + 1; id++) {
            read(pong(id));
        }
        assertThat(read(pong(1))).isNotSameAs(first).isEqualTo(first);
    }

    @Test
    void doesNotKeepLargeFrames() {
        String large = pong(1) + " ".repeat(20_000);
        assertThat(read(large)).isNotSameAs(read(large));
    }

    @Test
    void refusesABadFrameEachTime() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> read("{")).isInstanceOf(ProtocolException.class);
        }
    }

    /** The buffer is overwritten after reading, as a pooled one is. */
    private List<Event> read(String text) {
        ByteBuf frame = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        try {
            return memo.read(frame, reader);
        } finally {
            frame.setZero(0, frame.capacity());
            frame.release();
        }
    }

    private static String pong(int id) {
        return "{\"type\":\"pong\",\"id\":" + id + "}";
    }
}
