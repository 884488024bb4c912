package io.magpie.gateway.delivery;

import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.protocol.Body;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Event loops that only the test turns, members on them, and events. */
final class DeliveryFixture {
    static final RoomId ROOM = new RoomId("room");
    static final Sender SENDER = new Sender(new UserId("user"), null);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final GatewayMetrics metrics = new GatewayMetrics(registry);
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private final List<DeliveryLoop> loops = new ArrayList<>();
    private int members;

    DeliveryFixture(int loopCount) {
        for (int i = 0; i < loopCount; i++) {
            EmbeddedChannel channel = new EmbeddedChannel();
            channels.add(channel);
            loops.add(new DeliveryLoop(i, channel.eventLoop()));
        }
    }

    DeliveryLoop loop(int index) {
        return loops.get(index);
    }

    /** Runs what was posted to the loops, and what that posts. */
    void turn() {
        for (EmbeddedChannel channel : channels) {
            channel.runPendingTasks();
            while (channel.runScheduledPendingTasks() >= 0) {
                channel.runPendingTasks();
            }
        }
    }

    /** The loops shut down, with what they haven't come to. */
    void end() {
        channels.forEach(EmbeddedChannel::close);
    }

    RecordedConnection connection(FrameFormat format, int loop) {
        return new RecordedConnection("c" + members++, format, loops.get(loop));
    }

    static Membership member(RecordedConnection connection) {
        return new Membership(ROOM, connection, SENDER);
    }

    static Event.Delivered text(long seq, String text) {
        return delivered(seq, new Body.Text(text.getBytes(StandardCharsets.UTF_8)));
    }

    static Event.Delivered json(long seq, String json) {
        return delivered(seq, new Body.Json(json.getBytes(StandardCharsets.UTF_8)));
    }

    static Event.Delivered delivered(long seq, Body body) {
        return new Event.Delivered(new Message(ROOM, seq, 1_700_000_000_000L + seq, SENDER, null, null, body));
    }

    static Event.Signalled signal(String json) {
        return new Event.Signalled(ROOM, SENDER, new Body.Json(json.getBytes(StandardCharsets.UTF_8)));
    }
}
