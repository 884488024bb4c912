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
        byte[] bytes = ascii(request);
        try (ProductionPipeline whole = ProductionPipeline.open();
                ProductionPipeline slices = ProductionPipeline.open()) {
            whole.receive(bytes);
            for (byte one : bytes) {
                slices.receive(new byte[] {one});
            }

            assertThat(whole.reply().status()).isEqualTo(400);
            assertThat(whole.isOpen()).isFalse();
            assertThat(slices.reply().status()).isEqualTo(400);
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

            pipeline.receive(ascii(post + "Transfer-Encoding: chunked\r\n\r\n6\r\n{\r\n  }\r\n0\r\n\r\n"));
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
