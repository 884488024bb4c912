package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.CloseCode;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pings and pongs, and what becomes of the silent. */
class HeartbeatTest {
    private static final int PING = 9;
    private static final int PONG = 10;

    @Test
    void whoIsntReadIsNotTakenForSilent() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.session().connection.reading(false);
            pipeline.pass(Duration.ofMinutes(5));
            assertThat(pipeline.frames()).isEmpty();

            pipeline.session().connection.reading(true);
            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.frames()).as("a ping, and no close").noneMatch(ServerFrame::isClose);
            pipeline.pass(Duration.ofSeconds(70));
            assertThat(pipeline.frames()).anyMatch(ServerFrame::isClose);
        }
    }

    @Test
    void answersAPingWithItsPayload() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.receive(ClientFrame.ping(""), ClientFrame.ping("payload"), ClientFrame.ping("a".repeat(125)));

            List<ServerFrame> frames = pipeline.frames();
            assertThat(frames).extracting(ServerFrame::opcode).containsOnly(PONG);
            assertThat(frames).extracting(ServerFrame::text).containsExactly("", "payload", "a".repeat(125));
        }
    }

    @Test
    void answersAPingWithinAMessage() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.receive(ClientFrame.text("a").notFinal(), ClientFrame.ping("p"), ClientFrame.continuation("b"));

            assertThat(pipeline.frames()).extracting(ServerFrame::text).containsExactly("p");
            assertThat(pipeline.session().events).containsExactly("open", "text ab");
        }
    }

    @Test
    void doesNotAnswerPingsOfAClientThatDoesNotRead() {
        try (ProductionPipeline pipeline =
                ProductionPipeline.upgraded("outbound.high-water-mark=1KiB", "outbound.low-water-mark=512")) {
            pipeline.stall();
            for (int i = 0; i < 1_000; i++) {
                pipeline.receive(ClientFrame.ping("a".repeat(100)));
            }
            pipeline.resume();

            assertThat(pipeline.frames()).hasSizeBetween(1, 20);
        }
    }

    /** RFC 6455 section 5.5.3. */
    @Test
    void answersOnlyTheLastOfThePingsThatCameWhileItCouldNotBeAnswered() {
        try (ProductionPipeline pipeline = stalled()) {
            List<String> pings = ping(pipeline, "a", 50);
            pipeline.resume();

            List<String> pongs = pongs(pipeline);
            assertThat(pongs).hasSizeLessThan(15);
            int before = pongs.size() - 1;
            assertThat(pongs.subList(0, before)).isEqualTo(pings.subList(0, before));
            assertThat(pongs.get(before)).isEqualTo(pings.get(49));

            pipeline.receive(ClientFrame.ping("next"));
            assertThat(pongs(pipeline)).containsExactly("next");
        }
    }

    @Test
    void answersTheLastPingOfEachTimeThatTheClientDidNotRead() {
        try (ProductionPipeline pipeline = stalled()) {
            ping(pipeline, "a", 20);
            pipeline.resume();
            assertThat(pongs(pipeline)).endsWith(payload("a", 19));
            pipeline.stall();
            ping(pipeline, "b", 20);
            pipeline.resume();

            assertThat(pongs(pipeline)).startsWith(payload("b", 0)).endsWith(payload("b", 19));
        }
    }

    @Test
    void answersNoPingAfterTheCloseFrame() {
        try (ProductionPipeline pipeline = stalled()) {
            ping(pipeline, "a", 50);
            pipeline.session().connection.close(CloseCode.KICKED, "");
            pipeline.resume();

            List<ServerFrame> frames = pipeline.frames();
            assertThat(frames)
                    .last()
                    .satisfies(frame -> assertThat(frame.isClose()).isTrue());
            assertThat(frames).filteredOn(ServerFrame::isClose).hasSize(1);
        }
    }

    @Test
    void pingsAfterSilence() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded("heartbeat.interval=25s")) {
            pipeline.pass(Duration.ofSeconds(24));
            assertThat(pipeline.frames()).isEmpty();

            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.frames())
                    .singleElement()
                    .satisfies(frame -> assertThat(frame.opcode()).isEqualTo(PING));
        }
    }

    /** Those who connect in the same second aren't pinged in the same second for ever. */
    @ParameterizedTest
    @CsvSource({"0, 25", "1, 24", "12, 13", "13, 25", "25, 13", "26, 25"})
    void pingsForTheFirstTimeAfterAnotherSilenceThanTheNeighbours(int earlier, int seconds) {
        try (ProductionPipeline pipeline = ProductionPipeline.open("heartbeat.interval=25s")) {
            pipeline.connectedEarlier(earlier);
            pipeline.upgrade(RawRequest.upgrade("/ws"));
            pipeline.pass(Duration.ofSeconds(seconds - 1));
            assertThat(pipeline.frames()).isEmpty();

            for (int i = 0; i < 5; i++) {
                pipeline.pass(Duration.ofSeconds(1));
                assertThat(pipeline.frames()).extracting(ServerFrame::opcode).containsExactly(PING);
                pipeline.receive(ClientFrame.pong(""));
                pipeline.pass(Duration.ofSeconds(24));
                assertThat(pipeline.frames()).isEmpty();
            }
        }
    }

    @Test
    void countsTheFirstSilenceFromTheLastFrame() {
        try (ProductionPipeline pipeline = ProductionPipeline.open("heartbeat.interval=25s")) {
            pipeline.connectedEarlier(10);
            pipeline.upgrade(RawRequest.upgrade("/ws"));
            pipeline.pass(Duration.ofSeconds(14));
            pipeline.receive(ClientFrame.text("a"));
            pipeline.pass(Duration.ofSeconds(14));
            assertThat(pipeline.frames()).isEmpty();

            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.frames()).extracting(ServerFrame::opcode).containsExactly(PING);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 12})
    void closesAfterTheSameSilenceWhenTheFirstPingWasEarly(int earlier) {
        try (ProductionPipeline pipeline =
                ProductionPipeline.open("heartbeat.interval=25s", "heartbeat.idle-timeout=65s")) {
            pipeline.connectedEarlier(earlier);
            pipeline.upgrade(RawRequest.upgrade("/ws"));
            pipeline.pass(Duration.ofSeconds(64));
            assertThat(pipeline.session().connection.open()).isTrue();
            pipeline.frames();

            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.frames()).extracting(ServerFrame::closeCode).containsExactly(4004);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 25, 600})
    void keepsFirstPingsWithinTheSecondHalfOfTheInterval(int interval) {
        try (ProductionPipeline pipeline =
                ProductionPipeline.open("heartbeat.interval=" + interval + "s", "heartbeat.idle-timeout=15m")) {
            List<Integer> early = pipeline.connectedEarlier(1_000);

            assertThat(early).allSatisfy(ticks -> assertThat(ticks * 2).isBetween(0, Math.max(0, interval - 1)));
            assertThat(early.stream().distinct()).hasSize(Math.min((interval + 1) / 2, 127));
        }
    }

    @Test
    void pingsAgainWhileTheSilenceLasts() {
        try (ProductionPipeline pipeline =
                ProductionPipeline.upgraded("heartbeat.interval=25s", "heartbeat.idle-timeout=65s")) {
            pipeline.pass(Duration.ofSeconds(64));

            assertThat(pipeline.frames()).extracting(ServerFrame::opcode).containsExactly(PING, PING);
        }
    }

    @Test
    void closesWhenTheSilenceIsTooLong() {
        try (ProductionPipeline pipeline =
                ProductionPipeline.upgraded("heartbeat.interval=25s", "heartbeat.idle-timeout=65s")) {
            pipeline.pass(Duration.ofSeconds(64));
            assertThat(pipeline.session().connection.open()).isTrue();
            pipeline.frames();

            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.frames())
                    .singleElement()
                    .satisfies(frame -> assertThat(frame.closeCode()).isEqualTo(4004));
            assertThat(pipeline.metric("magpie.heartbeats.lost")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("signsOfLife")
    void takesEveryFrameForASignOfLife(ClientFrame frame) {
        try (ProductionPipeline pipeline =
                ProductionPipeline.upgraded("heartbeat.interval=5s", "heartbeat.idle-timeout=12s")) {
            for (int i = 0; i < 10; i++) {
                pipeline.pass(Duration.ofSeconds(4));
                pipeline.receive(frame);
            }

            assertThat(pipeline.session().connection.open()).isTrue();
            assertThat(pipeline.frames()).extracting(ServerFrame::opcode).doesNotContain(PING, 8);
        }
    }

    static Stream<ClientFrame> signsOfLife() {
        return Stream.of(
                ClientFrame.text("a"), ClientFrame.binary(new byte[0]), ClientFrame.ping(""), ClientFrame.pong("x"));
    }

    @Test
    void keepsAClientThatAnswersItsPings() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            for (int i = 0; i < 400; i++) {
                pipeline.pass(Duration.ofSeconds(1));
                pipeline.frames().forEach(ping -> pipeline.receive(ClientFrame.of(PONG, ping.payload())));
            }

            assertThat(pipeline.session().connection.open()).isTrue();
        }
    }

    @Test
    void waitsLongerThanATurnOfTheWheelWhereItIsTold() {
        try (ProductionPipeline pipeline =
                ProductionPipeline.upgraded("heartbeat.interval=5m", "heartbeat.idle-timeout=10m")) {
            pipeline.pass(Duration.ofSeconds(299));
            assertThat(pipeline.frames()).isEmpty();

            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.frames()).hasSize(1);
        }
    }

    @Test
    void doesNotPingAClientThatIsClosing() {
        try (ProductionPipeline pipeline =
                ProductionPipeline.upgraded("heartbeat.interval=1s", "websocket.close-timeout=10s")) {
            pipeline.session().connection.close(CloseCode.KICKED, "");
            pipeline.pass(Duration.ofSeconds(9));

            assertThat(pipeline.frames()).hasSize(1);
        }
    }

    @Test
    void closesAClientThatDoesNotConnectInTime() {
        try (ProductionPipeline pipeline = ProductionPipeline.withRooms("limits.connect-timeout=10s")) {
            pipeline.upgrade(RawRequest.upgrade("/ws", "Sec-WebSocket-Protocol: magpie.v1.json"));
            pipeline.pass(Duration.ofSeconds(9));
            assertThat(pipeline.frames()).isEmpty();

            pipeline.pass(Duration.ofSeconds(1));
            List<ServerFrame> frames = pipeline.frames();
            assertThat(frames).hasSize(2);
            assertThat(frames.get(0).text()).contains("\"bye\"", "4009");
            assertThat(frames.get(1).closeCode()).isEqualTo(4009);
        }
    }

    @Test
    void keepsAClientThatConnectsInTime() {
        try (ProductionPipeline pipeline = ProductionPipeline.withRooms("limits.connect-timeout=10s")) {
            pipeline.upgrade(RawRequest.upgrade("/ws", "Sec-WebSocket-Protocol: magpie.v1.json"));
            pipeline.receive(ClientFrame.text("{\"type\":\"connect\",\"id\":1}"));
            pipeline.pass(Duration.ofSeconds(20));

            assertThat(pipeline.frames())
                    .singleElement()
                    .satisfies(frame -> assertThat(frame.text()).contains("\"connected\""));
        }
    }

    /** A client that doesn't read, and may ping a lot. */
    private static ProductionPipeline stalled() {
        ProductionPipeline pipeline = ProductionPipeline.upgraded(
                "outbound.high-water-mark=1KiB", "outbound.low-water-mark=512", "edge.control-frames=100");
        pipeline.stall();
        return pipeline;
    }

    private static List<String> ping(ProductionPipeline pipeline, String name, int times) {
        List<String> payloads =
                IntStream.range(0, times).mapToObj(i -> payload(name, i)).toList();
        payloads.forEach(payload -> pipeline.receive(ClientFrame.ping(payload)));
        return payloads;
    }

    private static String payload(String name, int number) {
        return name + number + "-".repeat(100);
    }

    private static List<String> pongs(ProductionPipeline pipeline) {
        List<ServerFrame> frames = pipeline.frames();
        assertThat(frames).extracting(ServerFrame::opcode).containsOnly(PONG);
        return frames.stream().map(ServerFrame::text).toList();
    }
}
