package io.magpie.gateway.transport;

import static io.magpie.gateway.transport.ClientFrame.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages in many fragments, messages that never end, and lengths that are only claimed: what they may cost. */
class FragmentsTest {
    private static final String MASK = "1a2b3c4d";

    @Test
    void gathersATextOfAThousandFragmentsCutWithinItsCharacters() {
        byte[] text = "大😀é".repeat(112).getBytes(StandardCharsets.UTF_8);
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded("websocket.max-fragments=1008")) {
            pipeline.receive(thousand(text));

            assertThat(pipeline.session().events).containsExactly("open", "text " + "大😀é".repeat(112));
            assertThat(pipeline.frames()).isEmpty();
        }
    }

    @Test
    void closesOnceAtATextOfAThousandFragments() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.receive(thousand("大😀é".repeat(112).getBytes(StandardCharsets.UTF_8)));

            assertClosed(pipeline, 1008);
            assertThat(pipeline.session().events).containsExactly("open", "closing 1008");
        }
    }

    @Test
    void judgesTheBytesBeforeTheNumberOfFragments() {
        for (int size : new int[] {1_000, 1_008, 1_009, 1_024, 2_000}) {
            try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
                pipeline.receive(ClientFrame.binary(new byte[size]).notFinal());
                for (int i = 1; i < 70; i++) {
                    pipeline.receive(ClientFrame.of(0, new byte[size]).notFinal());
                }

                // The 65th is one fragment too many, and if it has more than 1,008 bytes they are too many too.
                assertClosed(pipeline, size * 65 > 65_536 ? 1009 : 1008);
            }
        }
    }

    @Test
    void aThousandMessagesThatNeverEndAreClosedAndTheirBytesGivenBack() {
        ProductionPipeline.Parts parts = ProductionPipeline.Parts.counting();
        long held = parts.held();
        List<ProductionPipeline> clients = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            ProductionPipeline client = ProductionPipeline.open(parts);
            client.upgrade(RawRequest.upgrade("/ws"));
            client.receive(ClientFrame.binary(new byte[500]).notFinal());
            clients.add(client);
        }
        assertThat(parts.held() - held).isGreaterThan(500_000);

        for (ProductionPipeline client : clients) {
            client.pass(Duration.ofSeconds(13));
            assertClosed(client, 1008);
            assertThat(client.isOpen()).isFalse();
            client.close();
        }
        assertThat(parts.held()).isEqualTo(held);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "83ff 0000010000000000",
                "87ff 0000010000000000",
                "8bff 0000010000000000",
                "8fff 0000010000000000",
                "82ff 7fffffffffffffff",
                "82ff ffffffffffffffff",
                "82ff 0000000000010001",
                "82fe ffff"
            })
    void reservesNothingForALengthThatIsOnlyClaimed(String head) {
        ProductionPipeline.Parts parts = ProductionPipeline.Parts.counting();
        try (ProductionPipeline pipeline = ProductionPipeline.open(parts)) {
            pipeline.upgrade(RawRequest.upgrade("/ws"));
            long held = parts.held();
            pipeline.receive(hex(head + MASK));

            // Room for a close frame.
            assertThat(parts.held() - held).isLessThan(512);
        }
    }

    private static ClientFrame[] thousand(byte[] text) {
        ClientFrame[] fragments = new ClientFrame[text.length];
        for (int i = 0; i < text.length; i++) {
            byte[] one = Arrays.copyOfRange(text, i, i + 1);
            fragments[i] = new ClientFrame(i == text.length - 1, 0, i == 0 ? 1 : 0, one);
        }
        return fragments;
    }

    private static void assertClosed(ProductionPipeline pipeline, int code) {
        assertThat(pipeline.frames())
                .singleElement()
                .satisfies(frame -> assertThat(frame.closeCode()).isEqualTo(code));
    }
}
