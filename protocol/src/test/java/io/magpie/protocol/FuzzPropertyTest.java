package io.magpie.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever arrives, a reader gives envelopes or a {@link ProtocolException}; any other exception fails these. */
class FuzzPropertyTest {
    @Provide
    Arbitrary<Encoding> encodings() {
        return Arbitraries.of(Encoding.JSON, Encoding.CBOR);
    }

    @Provide
    Arbitrary<Samples.Sample<List<Request>>> requests() {
        return Samples.inEither(Samples::requests);
    }

    @Provide
    Arbitrary<String> jsonLike() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        ",",
                        ":",
                        "\"",
                        "\\",
                        "\\u",
                        "d83d",
                        "0000",
                        "type",
                        "\"type\":\"send\"",
                        "\"data\":",
                        "\"room\":\"a\"",
                        "1",
                        "-",
                        ".",
                        "e",
                        "9".repeat(25),
                        "null",
                        "true",
                        " ",
                        "\n",
                        "/*",
                        "\ufeff",
                        "\u0000",
                        "大",
                        "\"ping\"",
                        "NaN")
                .list()
                .ofMaxSize(30)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 3000)
    void survivesRandomBytes(@ForAll("encodings") Encoding encoding, @ForAll @Size(max = 200) byte[] frame) {
        readsOrRefuses(encoding, frame);
    }

    @Property(tries = 3000)
    void survivesWhatLooksLikeJson(@ForAll("jsonLike") String frame) {
        readsOrRefuses(Encoding.JSON, Frames.utf8(frame));
    }

    @Property(tries = 3000)
    void survivesDamagedFrames(
            @ForAll("requests") Samples.Sample<List<Request>> sample,
            @ForAll @IntRange(min = 1, max = 4) int damages,
            @ForAll long seed) {
        byte[] frame = Frames.requests(sample.encoding(), sample.value());
        Random random = new Random(seed);
        for (int i = 0; i < damages; i++) {
            frame = damage(frame, random);
        }
        readsOrRefuses(sample.encoding(), frame);
    }

    /** Changes one place of a frame. */
    static byte[] damage(byte[] frame, Random random) {
        if (frame.length == 0) {
            return frame;
        }
        int at = random.nextInt(frame.length);
        byte[] damaged = frame.clone();
        switch (random.nextInt(4)) {
            case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> damaged[at] = (byte) random.nextInt(256);
            case 2 -> damaged = Arrays.copyOf(frame, at);
            default -> System.arraycopy(frame, at, damaged, random.nextInt(at + 1), frame.length - at);
        }
        return damaged;
    }

    private static void readsOrRefuses(Encoding encoding, byte[] frame) {
        try {
            Frames.events(encoding, frame);
        } catch (ProtocolException refused) {
            assertThat(refused.getMessage()).matches("[ -~]+");
        }
        List<Request> requests;
        try {
            requests = Frames.requests(encoding, frame);
        } catch (ProtocolException refused) {
            assertThat(refused.getMessage()).matches("[ -~]+");
            return;
        }
        requests.forEach(FuzzPropertyTest::canBeDelivered);
    }

    /** What a reader has accepted, every member can be sent, and a client can read. */
    private static void canBeDelivered(Request request) {
        if (request.command() instanceof Command.Send send) {
            Sender from = new Sender(new UserId("u"), null);
            Message message = new Message(new RoomId("r"), 1, 1, from, send.key(), send.kind(), send.body());
            for (Encoding encoding : List.of(Encoding.JSON, Encoding.CBOR)) {
                byte[] written = Frames.events(encoding, List.of(new Event.Delivered(message)));
                assertThat(Frames.events(encoding, written)).hasSize(1);
            }
            assertThat(PlainBody.of(send.body())).isNotNull();
        }
    }
}
