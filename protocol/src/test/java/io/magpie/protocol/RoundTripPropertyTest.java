package io.magpie.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class RoundTripPropertyTest {
    @Provide
    Arbitrary<Samples.Sample<List<Request>>> requests() {
        return Samples.inEither(Samples::requests);
    }

    @Provide
    Arbitrary<Samples.Sample<List<Event>>> events() {
        return Samples.inEither(Samples::events);
    }

    @Property
    void whatAClientWritesIsWhatTheServerReads(@ForAll("requests") Samples.Sample<List<Request>> sample) {
        byte[] frame = Frames.requests(sample.encoding(), sample.value());

        assertThat(Frames.requests(sample.encoding(), frame)).isEqualTo(sample.value());
    }

    @Property
    void whatTheServerWritesIsWhatAClientReads(@ForAll("events") Samples.Sample<List<Event>> sample) {
        byte[] frame = Frames.events(sample.encoding(), sample.value());

        assertThat(Frames.events(sample.encoding(), frame)).isEqualTo(sample.value());
    }

    @Property(tries = 200)
    void theOtherEncodingCanBeReadToo(@ForAll("events") Samples.Sample<List<Event>> sample) {
        Encoding other = sample.encoding() == Encoding.JSON ? Encoding.CBOR : Encoding.JSON;
        byte[] frame = Frames.events(other, sample.value());

        assertThat(Frames.events(other, frame)).hasSameSizeAs(sample.value());
    }

    @Property(tries = 200)
    void theLayoutOfTheBufferMakesNoDifference(
            @ForAll("requests") Samples.Sample<List<Request>> sample,
            @ForAll @IntRange(min = 1, max = 20) int piece,
            @ForAll boolean direct) {
        byte[] frame = Frames.requests(sample.encoding(), sample.value());
        CompositeByteBuf buffer = Unpooled.compositeBuffer(Integer.MAX_VALUE);
        try {
            buffer.addComponent(true, Unpooled.copiedBuffer("before", java.nio.charset.StandardCharsets.UTF_8));
            for (int i = 0; i < frame.length; i += piece) {
                int length = Math.min(piece, frame.length - i);
                ByteBuf part = direct ? Unpooled.directBuffer(length) : Unpooled.buffer(length);
                buffer.addComponent(true, part.writeBytes(frame, i, length));
            }
            buffer.skipBytes("before".length());

            assertThat(new CommandReader(sample.encoding()).read(buffer)).isEqualTo(sample.value());
            assertThat(buffer.readerIndex()).isEqualTo("before".length());
            assertThat(buffer.refCnt()).isOne();
        } finally {
            buffer.release();
        }
    }
}
