package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.session.Handshake;
import io.magpie.protocol.Encoding;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The bytes that a client gets when it is let in. */
class UpgradeAnswerTest {
    /** RFC 6455 section 1.3: the key, and what becomes of it. */
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private final UpgradeAnswer answer = new UpgradeAnswer();

    @Test
    void isWhatTheStandardSaysToThePlainRequest() {
        assertThat(answer(RawRequest.KEY, Encoding.PLAIN, null)).isEqualTo("""
                        HTTP/1.1 101 Switching Protocols\r
                        Upgrade: websocket\r
                        Connection: Upgrade\r
                        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
                        \r
                        """);
    }

    @Test
    void namesTheSubProtocolAndTheExtension() {
        assertThat(answer(RawRequest.KEY, Encoding.CBOR, new DeflateOffer(null)))
                .isEqualTo("""
                        HTTP/1.1 101 Switching Protocols\r
                        Upgrade: websocket\r
                        Connection: Upgrade\r
                        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
                        Sec-WebSocket-Protocol: magpie.v1.cbor\r
                        Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r
                        \r
                        """);
    }

    @Test
    void givesEachKeyItsOwnAnswerWhateverCameBefore() {
        String first = answer(RawRequest.KEY, Encoding.JSON, null);
        String other = answer("x3JJHMbDL1EzLkh9GBhXDw==", Encoding.JSON, null);

        assertThat(first).contains(ACCEPT);
        assertThat(other).contains("HSmrc0sMlYUkAGmm5OPpG2HaGWk=");
        assertThat(answer(RawRequest.KEY, Encoding.JSON, null)).isEqualTo(first);
    }

    private String answer(String key, Encoding encoding, @Nullable DeflateOffer deflate) {
        Handshake handshake = new Handshake(encoding, null, Handshake.NO_SINCE, 0);
        ByteBuf bytes = answer.to(
                new UpgradeRequest.Accepted(handshake, key, Optional.ofNullable(deflate)),
                UnpooledByteBufAllocator.DEFAULT);
        try {
            return bytes.toString(StandardCharsets.US_ASCII);
        } finally {
            bytes.release();
        }
    }
}
