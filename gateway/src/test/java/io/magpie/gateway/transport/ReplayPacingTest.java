package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.Body;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventReader;
import io.magpie.protocol.RoomId;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Ten MiB of missed messages, in ten rooms, on their way to a client: how much of it waits in the process. */
class ReplayPacingTest {
    private static final int ROOMS = 10;
    private static final int MESSAGES = 64;
    private static final String TEXT = '"' + "x".repeat(16_000) + '"';
    private static final long IN_FLIGHT = 512 * 1024;
    private static final EventReader READER = new EventReader(Encoding.JSON);

    /** What came, room by room. */
    private final Map<String, List<Long>> seen = new HashMap<>();

    private int largest;

    @Test
    void keepsLittleForAQuickReaderThatShowsItself() {
        try (ProductionPipeline pipeline = missed()) {
            say(pipeline, "{\"type\":\"show\"}");
            read(pipeline);

            assertAllCame();
            assertThat(pipeline.mostQueued()).isLessThan(IN_FLIGHT);
        }
    }

    @Test
    void keepsLittleForASlowReaderThatShowsItself() {
        try (ProductionPipeline pipeline = missed()) {
            pipeline.stall();
            say(pipeline, "{\"type\":\"show\"}");
            readSlowly(pipeline);

            assertAllCame();
            assertThat(pipeline.mostQueued()).isBetween(64L * 1024, IN_FLIGHT);
        }
    }

    @Test
    void keepsLittleForASlowReaderThatJoinsManyRoomsAtOnce() {
        try (ProductionPipeline pipeline = missed()) {
            say(pipeline, each(r -> "{\"type\":\"leave\",\"room\":\"r" + r + "\"}"), "{\"type\":\"show\"}");
            read(pipeline);
            pipeline.mostQueued();
            pipeline.stall();

            say(pipeline, each(r -> "{\"type\":\"join\",\"room\":\"r" + r + "\",\"history\":" + MESSAGES + "}"));
            readSlowly(pipeline);

            assertAllCame();
            assertThat(pipeline.mostQueued()).isBetween(64L * 1024, IN_FLIGHT);
        }
    }

    /** A client that is hidden while ten MiB are said. */
    private static ProductionPipeline missed() {
        ProductionPipeline pipeline = ProductionPipeline.withRooms("history.bytes=4MiB");
        pipeline.upgrade(RawRequest.upgrade("/ws", "Sec-WebSocket-Protocol: magpie.v1.json"));
        say(pipeline, "{\"type\":\"connect\"}", each(r -> "{\"type\":\"join\",\"room\":\"r" + r + "\"}"));
        say(pipeline, "{\"type\":\"hide\"}");
        for (int i = 0; i < MESSAGES; i++) {
            for (int room = 0; room < ROOMS; room++) {
                pipeline.publish(new RoomId("r" + room), new Body.Json(TEXT.getBytes(StandardCharsets.UTF_8)));
            }
        }
        pipeline.frames();
        pipeline.mostQueued();
        return pipeline;
    }

    private static String each(IntFunction<String> envelope) {
        return IntStream.range(0, ROOMS).mapToObj(envelope).collect(Collectors.joining(",", "[", "]"));
    }

    private static void say(ProductionPipeline pipeline, String... frames) {
        for (String frame : frames) {
            pipeline.receive(ClientFrame.text(frame));
        }
    }

    private void read(ProductionPipeline pipeline) {
        List<Event> events = events(pipeline);
        while (!events.isEmpty()) {
            events = events(pipeline);
        }
    }

    private void readSlowly(ProductionPipeline pipeline) {
        int idle = 0;
        while (idle < 3) {
            pipeline.takeOne();
            idle = events(pipeline).isEmpty() ? idle + 1 : 0;
        }
    }

    private List<Event> events(ProductionPipeline pipeline) {
        List<Event> events = new ArrayList<>();
        for (ServerFrame frame : pipeline.frames()) {
            largest = Math.max(largest, frame.payload().length);
            events.addAll(READER.read(Unpooled.wrappedBuffer(frame.payload())));
        }
        for (Event event : events) {
            if (event instanceof Event.Delivered delivered) {
                seen.computeIfAbsent(delivered.message().room().value(), room -> new ArrayList<>())
                        .add(delivered.message().seq());
            }
        }
        return events;
    }

    private void assertAllCame() {
        List<Long> all = LongStream.rangeClosed(1, MESSAGES).boxed().toList();
        assertThat(seen).hasSize(ROOMS);
        assertThat(seen.values()).allSatisfy(seqs -> assertThat(seqs).isEqualTo(all));
        assertThat(largest).isLessThan(70 * 1024);
    }
}
