package io.magpie.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.CommandWriter;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A message in a room's log that one encoding can't say harms nobody who reads it, in whichever way. */
class UnwritableMessageTest {
    private static final RoomId HALL = new RoomId("hall");
    private static final Event GAP = new Event.Gap(HALL, 2, 2, Event.GapReason.SHED);

    private final FakeBackend backend = new FakeBackend();
    private final SessionRig rig = new SessionRig(1, SessionRig.small(), null, backend.aboutSends());

    /** The second of three messages is deeper than frames may be; no client could say it. */
    @BeforeEach
    void fill() {
        TestClient client = rig.in("hall");
        for (int i = 0; i < 3; i++) {
            client.say("{'type':'send','room':'hall','data':" + i + "}");
            backend.sends
                    .get(i)
                    .then()
                    .accept(i == 1 ? FakeBackend.instead("[".repeat(20) + "]".repeat(20)) : FakeBackend.ALLOWED);
            rig.settle();
        }
        assertThat(client.takeTexts()).hasSize(3).anyMatch(frame -> frame.contains("[[[[[[[[[["));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void isAGapForWhoConnects() {
        TestClient cbor = rig.cbor();
        Position since = new Position("e1", 0, Position.NO_TIME);

        say(cbor, new Command.Connect(null, Map.of(HALL, since), null));

        List<Event> told = cbor.connection().takeEvents();
        assertThat(told).hasSize(4).first().isInstanceOf(Event.Connected.class);
        assertThat(told.get(2)).isEqualTo(GAP);
        assertThat(seqs(told)).containsExactly(1L, 3L);
        assertThat(cbor.connection().open()).isTrue();
    }

    @Test
    void isAGapForWhoJoins() {
        TestClient cbor = rig.cbor();

        say(cbor, new Command.Connect(null, Map.of(), null), new Command.Join(HALL, null, 5));

        List<Event> told = cbor.connection().takeEvents();
        assertThat(told).hasSize(5).contains(GAP);
        assertThat(seqs(told)).containsExactly(1L, 3L);
        assertThat(cbor.connection().open()).isTrue();
    }

    @Test
    void hasNoContentInAPageOfHistory() {
        TestClient cbor = rig.cbor();
        say(cbor, new Command.Connect(null, Map.of(), null), new Command.Join(HALL, null, 0));
        cbor.connection().takeEvents();

        say(cbor, new Command.History(HALL, Command.History.UNSET, 0, 5));

        Event.HistoryPage page =
                (Event.HistoryPage) cbor.connection().takeEvents().get(0);
        assertThat(page.messages()).extracting(Message::seq).containsExactly(1L, 2L, 3L);
        assertThat(page.messages().get(1).body()).isEqualTo(Body.RECALLED);
    }

    @Test
    void isReadAsItIsByWhoCan() {
        TestClient json = rig.json();
        json.say("{'type':'connect','rooms':{'hall':{'epoch':'e1','seq':0}}}");

        assertThat(json.takeTypes()).containsExactly("connected", "message", "message", "message");
        assertThat(rig.plain("hall", 0, 0).takeTexts()).containsExactly("0", "[".repeat(20) + "]".repeat(20), "2");
    }

    private static void say(TestClient client, Command... commands) {
        List<Request> requests = Arrays.stream(commands)
                .map(command -> new Request(new RequestId.Number(1), command))
                .toList();
        ByteBuf frame = Unpooled.buffer();
        new CommandWriter(Encoding.CBOR).write(requests, frame);
        client.binary(ByteBufUtil.getBytes(frame));
        frame.release();
    }

    private static List<Long> seqs(List<Event> events) {
        return events.stream()
                .filter(Event.Delivered.class::isInstance)
                .map(event -> ((Event.Delivered) event).message().seq())
                .toList();
    }
}
