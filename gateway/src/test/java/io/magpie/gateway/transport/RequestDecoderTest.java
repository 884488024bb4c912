package io.magpie.gateway.transport;

import static io.magpie.gateway.transport.ClientFrame.hex;
import static io.magpie.gateway.transport.ClientFrame.join;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Netty's decoder would bear, and this one doesn't. */
class RequestDecoderTest {
    private static final byte[] GOOD = RawRequest.get("/health").bytes();
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n\tb\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n \r\n\r\n",
                "GET / HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n 0\r\n\r\nabc"
            })
    void refusesAHeaderThatGoesOnInTheNextLine(String request) {
        assertRefused(request, 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1;a=b\r\nx\r\n0\r\n\r\n",
                "1;\r\nx\r\n0\r\n\r\n",
                "1;a=\"\r\nx\r\n0\r\n\r\n",
                "1;a:b\r\nx\r\n0\r\n\r\n",
                "1\r\nx\r\n2;a\r\nyz\r\n0\r\n\r\n",
                "1\r\nx\r\n0;a=b\r\n\r\n"
            })
    void refusesAChunkThatSaysMoreThanItsSize(String chunks) {
        assertRefused(CHUNKED + chunks, 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1\r\nx\r\n0\r\nX: a\r\n b\r\n\r\n", "0\r\nX: a\r\nY: b\r\n\tc\r\n\r\n", "0\r\n X: a\r\n\r\n"})
    void refusesATrailerThatGoesOnInTheNextLine(String chunks) {
        assertRefused(CHUNKED + chunks, 400);
    }

    @Test
    void takesAHundredHeadersAndTrailersAndNoMore() {
        String headers = "A: b\r\n".repeat(99);
        assertRefused("GET / HTTP/1.1\r\nHost: a\r\n" + headers + "C: d\r\n\r\n", 431);
        assertRefused(CHUNKED + "0\r\n" + headers + "\r\n", 431);
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            for (int i = 0; i < 2; i++) {
                pipeline.receive(ascii("GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n"));
                assertThat(pipeline.reply().status()).isEqualTo(200);
            }
        }
    }

    private static void assertRefused(String request, int status) {
        byte[] bytes = ascii(request);
        try (ProductionPipeline whole = ProductionPipeline.open();
                ProductionPipeline slices = ProductionPipeline.open()) {
            whole.receive(bytes);
            for (byte one : bytes) {
                slices.receive(new byte[] {one});
            }

            assertThat(whole.reply().status()).isEqualTo(status);
            assertThat(whole.isOpen()).isFalse();
            assertThat(slices.reply().status()).isEqualTo(status);
            assertThat(slices.isOpen()).isFalse();
        }
    }

    @Test
    void answersNothingThatFollowsIt() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.receive(join(GOOD, ascii("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"), GOOD));

            assertThat(pipeline.reply().status()).isEqualTo(200);
            assertThat(pipeline.reply().status()).isEqualTo(400);
            assertThat(pipeline.frames()).isEmpty();
        }
    }

    @Test
    void takesBodiesOfAnyLines() {
        String post = "POST / HTTP/1.1\r\nHost: a\r\n";
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.receive(ascii(post + "Content-Length: 6\r\n\r\n{\r\n  }"));
            assertThat(pipeline.reply().status()).isEqualTo(405);

            String chunks = CHUNKED + "6\r\n{\r\n  }\r\n5\r\n;\r\n ;\r\n0\r\nX: a;b\r\nY: c\r\n\r\n";
            pipeline.receive(ascii(chunks));
            assertThat(pipeline.reply().status()).isEqualTo(405);

            for (byte one : ascii(chunks)) {
                pipeline.receive(new byte[] {one});
            }
            assertThat(pipeline.reply().status()).isEqualTo(405);

            pipeline.receive(GOOD);
            assertThat(pipeline.reply().status()).isEqualTo(200);
        }
    }

    @Test
    void takesALineBetweenRequestsAndLooksAtTheNextOne() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.receive(join(GOOD, ascii("\r\n"), GOOD));
            assertThat(pipeline.reply().status()).isEqualTo(200);
            assertThat(pipeline.reply().status()).isEqualTo(200);

            pipeline.receive(ascii("GET / HTTP/1.1\r\nHost: a\r\n"));
            pipeline.receive(ascii(" X: a\r\n"));
            assertThat(pipeline.reply().status()).isEqualTo(400);
        }
    }

    @Test
    void endsAConnectionThatBeginsWithATlsHello() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.receive(hex("16030100c8010000c40303"));

            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.frames()).isEmpty();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
