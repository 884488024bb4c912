package io.magpie.gateway.session;

import static io.magpie.gateway.session.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.magpie.gateway.room.FakeConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a minimal mini-program page sees. */
class PlainSessionTest {
    private final SessionRig rig = new SessionRig();

    @Test
    void entersTheLobbyByDefault() {
        TestClient here = rig.plain(null);
        TestClient there = rig.plain("lobby");
        TestClient elsewhere = rig.plain("garden");

        here.text("hello");

        assertThat(here.takeTexts()).containsExactly("hello");
        assertThat(there.takeTexts()).containsExactly("hello");
        assertThat(elsewhere.takeTexts()).isEmpty();
        assertThat(here.connection().active()).isTrue();
    }

    @Test
    void doesNotWaitForTheRoomToSpeak() {
        SessionRig two = new SessionRig(2, SessionRig.small());

        for (String room : List.of("hall", "garden", "yard")) {
            TestClient client = two.plain(room);
            client.text("at once");
            assertThat(client.takeTexts()).containsExactly("at once");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "@inbox", "\ud800"})
    void refusesABadRoom(String room) {
        TestClient client = rig.plain(room);

        assertThat(client.closeCode()).isEqualTo(4501);
        assertThat(client.takeTexts()).isEmpty();
        client.text("ignored");
        assertThat(rig.gauge("magpie.rooms")).isZero();
    }

    @Test
    void refusesARoomNameThatIsTooLong() {
        assertThat(rig.plain("x".repeat(129)).closeCode()).isEqualTo(4501);
        assertThat(rig.plain("x".repeat(128)).connection().open()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ping", "heartbeat"})
    void answersHeartbeatsToTheSenderAlone(String heartbeat) {
        TestClient client = rig.plain("hall");
        TestClient other = rig.plain("hall");

        client.text(heartbeat);

        assertThat(client.takeTexts()).containsExactly("pong");
        assertThat(other.takeTexts()).isEmpty();
        assertThat(rig.plain("hall", Handshake.NO_SINCE, 5).takeTexts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ping", "ping ", "pong", "", "{\"type\":\"ping\"}", "你好 🌸", "a\u0000b\r\n\u2028"})
    void passesAnyOtherTextOnByteForByte(String text) {
        TestClient client = rig.plain("hall");
        TestClient other = rig.plain("hall");

        client.text(text);

        assertThat(other.connection().takeFrames()).hasSize(1).allSatisfy(frame -> {
            assertThat(frame.binary()).isFalse();
            assertThat(frame.text()).isEqualTo(text);
        });
        assertThat(client.takeTexts()).containsExactly(text);
    }

    @Test
    void passesBinaryOnByteForByte() {
        TestClient client = rig.plain("hall");
        TestClient other = rig.plain("hall");
        byte[] bytes = {0, 1, -1, -128, 127};
        byte[] heartbeat = {'p', 'i', 'n', 'g'};

        client.binary(bytes);
        client.binary(heartbeat);
        client.binary(new byte[0]);

        List<FakeConnection.Frame> frames = other.connection().takeFrames();
        assertThat(frames).hasSize(3).allMatch(FakeConnection.Frame::binary);
        assertThat(frames).extracting(FakeConnection.Frame::payload).containsExactly(bytes, heartbeat, new byte[0]);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsTheConnectionOfWhoSaysMoreThanAMessageMayHave(boolean text) {
        TestClient client = rig.plain("hall");
        TestClient other = rig.plain("hall");
        String most = "x".repeat(64);

        send(client, text, most);
        assertThat(other.takeTexts()).containsExactly(most);
        send(client, text, most + "y");

        assertThat(client.closeCode()).isEqualTo(1009);
        assertThat(client.connection().closeReasons()).containsExactly("a message is larger than 64");
        assertThat(other.takeTexts()).isEmpty();
        assertThat(rig.commands("send", "too_large")).isEqualTo(1);
        assertThat(rig.gauge("magpie.members")).isEqualTo(1);
    }

    @Test
    void keepsTheOrderOfTextsAndBinaries() {
        TestClient client = rig.plain("hall");

        client.text("1");
        client.binary(new byte[] {2});
        client.text("3");

        assertThat(client.connection().takeFrames())
                .extracting(FakeConnection.Frame::binary)
                .containsExactly(false, true, false);
    }

    @Test
    void replaysTheNewestMessages() {
        TestClient client = rig.plain("hall");
        say(client, 7);

        assertThat(rig.plain("hall", Handshake.NO_SINCE, 2).takeTexts()).containsExactly("6", "7");
        assertThat(rig.plain("hall", Handshake.NO_SINCE, 1_000).takeTexts()).containsExactly("3", "4", "5", "6", "7");
        assertThat(rig.plain("hall").takeTexts()).isEmpty();
    }

    @Test
    void replaysWhatFollowsASeq() {
        TestClient client = rig.plain("hall");
        say(client, 7);

        TestClient late = rig.plain("hall", 4, 0);
        client.text("8");

        assertThat(late.takeTexts()).containsExactly("5", "6", "7", "8");
        assertThat(rig.plain("hall", 8, 0).takeTexts()).isEmpty();
        assertThat(rig.plain("hall", 0, 0).takeTexts()).hasSize(8);
    }

    @Test
    void replaysTheNewestWhereTheSeqIsNoLongerKept() {
        TestClient client = rig.plain("hall");
        say(client, 12);

        assertThat(rig.plain("hall", 2, 3).takeTexts()).containsExactly("10", "11", "12");
    }

    @ParameterizedTest
    @ValueSource(longs = {8, 1L << 53, Long.MAX_VALUE})
    void joinsFromASeqAheadOfTheRoom(long since) {
        TestClient client = rig.plain("hall");
        say(client, 7);

        TestClient late = rig.plain("hall", since, 1);
        client.text("8");

        assertThat(late.takeTexts()).containsExactly("7", "8");
    }

    @Test
    void isSeenByEnvelopeMembers() {
        TestClient plain = rig.plain("hall");
        TestClient member = rig.in("hall");

        plain.text("say \"hi\"\n");
        plain.binary(new byte[] {0, -1, 7});

        List<JsonNode> got = member.take();
        assertThat(got.get(0)).isEqualTo(json("""
                        {'type':'message','room':'hall','seq':1,'at':1000,'from':{'id':'guest-1'},'data':'say \\"hi\\"\\n'}"""));
        assertThat(got.get(1))
                .isEqualTo(json(
                        "{'type':'message','room':'hall','seq':2,'at':1000,'from':{'id':'guest-1'},'binary':'AP8H'}"));
    }

    @Test
    void seesWhatEnvelopeMembersSay() {
        TestClient plain = rig.plain("hall");
        TestClient member = rig.in("hall");

        member.text("{\"type\":\"send\",\"room\":\"hall\",\"data\":\"a \\\"b\\\" \\u4f60\"}");
        member.text("{\"type\":\"send\",\"room\":\"hall\",\"data\":{ \"n\": 1.50 }}");
        member.text("{\"type\":\"send\",\"room\":\"hall\",\"data\":null}");
        member.text("{\"type\":\"send\",\"room\":\"hall\",\"binary\":\"AP8H\"}");
        member.text("{\"type\":\"signal\",\"room\":\"hall\",\"data\":\"typing\"}");

        List<FakeConnection.Frame> frames = plain.connection().takeFrames();
        assertThat(frames).extracting(FakeConnection.Frame::binary).containsExactly(false, false, false, true);
        assertThat(frames.subList(0, 3))
                .extracting(FakeConnection.Frame::text)
                .containsExactly("a \"b\" 你", "{ \"n\": 1.50 }", "null");
        assertThat(frames.get(3).payload()).containsExactly(0, -1, 7);
    }

    @Test
    void leavesWhenItCloses() {
        TestClient client = rig.plain("hall");
        TestClient other = rig.plain("hall");

        client.drop();
        other.text("x");

        assertThat(client.takeTexts()).isEmpty();
        assertThat(rig.gauge("magpie.members")).isEqualTo(1);
    }

    @Test
    void speaksNotAfterItClosed() {
        TestClient client = rig.plain("hall");
        TestClient other = rig.plain("hall");
        client.drop();

        client.text("late");

        assertThat(other.takeTexts()).isEmpty();
    }

    private static void send(TestClient client, boolean text, String payload) {
        if (text) {
            client.text(payload);
        } else {
            client.binary(payload.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void say(TestClient client, int count) {
        for (int i = 1; i <= count; i++) {
            client.text(Integer.toString(i));
        }
        client.takeTexts();
    }
}
