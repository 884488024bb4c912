package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.Encoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which sub-protocol is chosen, and that the answer names it and no other. */
class SubProtocolTest {
    @Test
    void namesNoneWhenNoneIsOffered() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.upgrade(RawRequest.upgrade("/ws"));

            assertThat(reply.headers()).doesNotContainKey("sec-websocket-protocol");
            assertThat(pipeline.session().handshake.encoding()).isEqualTo(Encoding.PLAIN);
        }
    }

    @Test
    void namesNoneForAnEmptyOffer() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.upgrade(RawRequest.upgrade("/ws", "Sec-WebSocket-Protocol: "));

            assertThat(reply.headers()).doesNotContainKey("sec-websocket-protocol");
            assertThat(pipeline.session().handshake.encoding()).isEqualTo(Encoding.PLAIN);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    magpie.v1.json                  | magpie.v1.json
                    magpie.v1.cbor                  | magpie.v1.cbor
                    magpie.v1.json, magpie.v1.cbor  | magpie.v1.json
                    magpie.v1.cbor,magpie.v1.json   | magpie.v1.cbor
                    mqtt, magpie.v1.cbor            | magpie.v1.cbor
                    magpie.v9.json, magpie.v1.json  | magpie.v1.json
                    """)
    void takesTheFirstOfferItKnows(String offered, String chosen) {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.upgrade(RawRequest.upgrade("/ws", "Sec-WebSocket-Protocol: " + offered));

            assertThat(reply.header("sec-websocket-protocol")).isEqualTo(chosen);
            assertThat(pipeline.session().handshake.encoding().subProtocol()).isEqualTo(chosen);
        }
    }

    @Test
    void readsOffersFromSeveralHeaderLines() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.upgrade(RawRequest.upgrade(
                    "/ws", "Sec-WebSocket-Protocol: mqtt", "Sec-WebSocket-Protocol: magpie.v1.json"));

            assertThat(reply.header("sec-websocket-protocol")).isEqualTo("magpie.v1.json");
            assertThat(pipeline.session().handshake.encoding()).isEqualTo(Encoding.JSON);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt", "magpie.v2.json", "MAGPIE.V1.JSON", "magpie.v1.json2, soap"})
    void refusesOffersOfWhichItKnowsNoneAndSaysWhichItKnows(String offered) {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.ask(RawRequest.upgrade("/ws", "Sec-WebSocket-Protocol: " + offered));

            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.text()).contains("unknown_protocol", "magpie.v1.json", "magpie.v1.cbor");
            assertThat(pipeline.metric("magpie.upgrades", "outcome", "unknown_protocol"))
                    .isEqualTo(1);
        }
    }
}
