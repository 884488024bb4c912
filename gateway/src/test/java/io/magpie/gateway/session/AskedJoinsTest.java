package io.magpie.gateway.session;

import static io.magpie.gateway.session.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.magpie.gateway.hooks.Ruling;
import io.magpie.gateway.transport.TestConfig;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rooms that a backend is asked about before somebody enters them. */
class AskedJoinsTest {
    private final FakeBackend backend = new FakeBackend();
    private final SessionRig rig = new SessionRig(1, SessionRig.small(), null, backend.aboutJoins());

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void aRoomThatTheBackendAllowsIsEntered() {
        TestClient client = rig.in();
        client.say("{'type':'join','id':1,'room':'hall'}");
        assertThat(client.take()).isEmpty();
        assertThat(rig.gauge("magpie.members")).isZero();
        assertThat(backend.joins.get(0).question().user().id().value()).isEqualTo("guest-1");
        assertThat(backend.joins.get(0).question().connection()).isEqualTo("c1");

        rule(0, FakeBackend.ALLOWED);

        assertThat(client.takeTypes()).containsExactly("joined");
    }

    @Test
    void aRoomThatTheBackendDeniesIsForbidden() {
        TestClient client = rig.in();
        client.say("{'type':'join','id':1,'room':'hall'}");
        rule(0, new Ruling.Denied("members only"));
        client.say("{'type':'join','id':2,'room':'hall'}");
        rule(1, new Ruling.Denied(""));

        assertThat(client.take())
                .containsExactly(
                        json("{'type':'error','id':1,'code':'forbidden','message':'members only','retryable':false}"),
                        json("""
                        {'type':'error','id':2,'code':'forbidden','message':'you may not be in "hall"','retryable':false}"""));
        assertThat(rig.gauge("magpie.members")).isZero();
    }

    @Test
    void aRoomThatCantBeAskedAboutMayBeTriedAgain() {
        TestClient client = rig.in();
        client.say("{'type':'join','id':1,'room':'hall'}");
        rule(0, FakeBackend.DOWN);

        assertThat(client.takeOne()).isEqualTo(json("""
                {'type':'error','id':1,'code':'unavailable','message':'it is down','retryable':true,'after':5000}"""));
    }

    @Test
    void oneClientHasOnlySoManyRoomsAskedAboutAtATime() {
        SessionRig wide = new SessionRig(
                1, TestConfig.with("rate.address=0", "limits.rooms-per-connection=20"), null, backend.aboutJoins());
        TestClient client = wide.in();
        for (int i = 0; i < 12; i++) {
            client.say("{'type':'join','id':" + i + ",'room':'r" + i + "'}");
        }
        assertThat(backend.joins).hasSize(Doorway.MAX_ASKED);

        for (int i = 0; i < 12; i++) {
            backend.joins.get(i).then().accept(FakeBackend.ALLOWED);
            wide.settle();
            assertThat(backend.joins).hasSize(Math.min(12, Doorway.MAX_ASKED + i + 1));
        }

        assertThat(client.takeTypes()).hasSize(12).containsOnly("joined");
        wide.close();
    }

    @Test
    void joinsThatSomebodyHasWorkFromAreLimitedLikeSends() {
        SessionRig limited =
                new SessionRig(1, TestConfig.with("rate.connection=1", "rate.address=0"), null, backend.aboutJoins());
        TestClient client = limited.in();
        for (int i = 0; i < 3; i++) {
            client.say("{'type':'join','id':" + i + ",'room':'r" + i + "'}");
        }

        assertThat(backend.joins).hasSize(2);
        assertThat(client.takeOne().path("code").asText()).isEqualTo("rate_limited");
        limited.close();
    }

    @Test
    void whatIsSaidBeforeTheAnswerIsBoundedByItsBytes() {
        TestClient client = rig.in();
        client.say("{'type':'join','room':'hall'}");
        for (int i = 0; i < 12; i++) {
            client.say("{'type':'send','id':" + i + ",'room':'hall','data':'" + "x".repeat(10_000) + "'}");
        }

        assertThat(client.take())
                .isNotEmpty()
                .allMatch(event -> event.path("code").asText().equals("busy"));
    }

    @Test
    void whatIsSaidWithoutWaitingWaits() {
        TestClient client = rig.in();
        client.say("{'type':'join','room':'hall','id':1}");
        client.say("{'type':'send','room':'hall','id':2,'data':1}");
        client.say("{'type':'leave','room':'hall','id':3}");
        assertThat(client.take()).isEmpty();

        rule(0, FakeBackend.ALLOWED);

        assertThat(client.take())
                .filteredOn(event -> event.has("id"))
                .extracting(event -> event.path("type").asText())
                .contains("ok")
                .doesNotContain("error");
        assertThat(rig.commands("send", "ok")).isEqualTo(1);
        assertThat(rig.commands("leave", "ok")).isEqualTo(1);
    }

    @Test
    void severalRoomsAreAskedAboutAtOnce() {
        TestClient client = rig.in();
        client.say("{'type':'join','room':'hall','id':1}");
        client.say("{'type':'join','room':'yard','id':2}");
        client.say("{'type':'join','room':'hall','id':3}");
        client.say("{'type':'join','room':'attic','id':4}");
        assertThat(backend.joins).hasSize(2);

        rule(1, FakeBackend.ALLOWED);
        assertThat(client.takeOne().path("id").asInt()).isEqualTo(2);
        rule(0, FakeBackend.ALLOWED);

        // The second join of the hall asks for what was missed; nobody is asked about that.
        assertThat(backend.joins).hasSize(3);
        assertThat(backend.joins.get(2).question().room().value()).isEqualTo("attic");
        assertThat(client.take()).extracting(event -> event.path("id").asInt()).containsExactlyInAnyOrder(1, 3);
    }

    @Test
    void noMoreWaitsThanAFrameHolds() {
        TestClient client = rig.in();
        client.say("{'type':'join','room':'hall'}");
        for (int i = 0; i < 64; i++) {
            client.say("{'type':'ping'}");
        }
        assertThat(client.take()).isEmpty();

        client.say("{'type':'ping','id':65}");

        assertThat(client.takeOne().path("code").asText()).isEqualTo("busy");
        rule(0, FakeBackend.ALLOWED);
        assertThat(client.takeTypes()).hasSize(65).contains("joined", "pong");
    }

    @Test
    void roomsThatAreAskedAboutCountAsRooms() {
        TestClient client = rig.in();
        for (String room : List.of("a", "b", "c", "d")) {
            client.say("{'type':'join','room':'" + room + "'}");
        }

        assertThat(client.takeOne().path("code").asText()).isEqualTo("limit");
        assertThat(backend.joins).hasSize(3);
    }

    @Test
    void whoIsBannedMeanwhileStaysOut() {
        TestClient client = rig.in();
        client.say("{'type':'join','room':'hall'}");
        rig.bans.add(new Bans.Ban("guest-1", null, "hall", Bans.FOR_EVER, ""));

        rule(0, FakeBackend.ALLOWED);

        assertThat(client.takeOne().path("code").asText()).isEqualTo("forbidden");
    }

    @Test
    void whoHasGoneMeanwhileEntersNothing() {
        TestClient client = rig.in();
        client.say("{'type':'join','room':'hall'}");
        client.drop();

        rule(0, FakeBackend.ALLOWED);

        assertThat(rig.gauge("magpie.members")).isZero();
    }

    @Test
    void theRoomsOfConnectAreAskedAboutOneByOne() {
        TestClient client = rig.json();
        client.say("{'type':'connect','id':1,'rooms':{'hall':null,'yard':null,'attic':null}}");
        client.say("{'type':'send','id':2,'room':'hall','data':1}");
        assertThat(client.take()).isEmpty();

        rule(2, FakeBackend.DOWN);
        rule(1, new Ruling.Denied("members only"));
        rule(0, FakeBackend.ALLOWED);

        List<JsonNode> answers = client.take();
        assertThat(answers.get(0)).isEqualTo(json("""
                {'type':'error','id':1,'code':'unavailable','message':'\\"attic\\": it is down','retryable':true,
                'after':5000}"""));
        assertThat(answers.get(1).path("message").asText()).isEqualTo("\"yard\": members only");
        assertThat(answers.get(2).path("rooms").fieldNames()).toIterable().containsExactly("hall");
        assertThat(answers).extracting(event -> event.path("type").asText()).contains("ok", "message");
    }

    @Test
    void showAsksNobody() {
        TestClient client = rig.json();
        client.say("{'type':'connect','id':1,'rooms':{'hall':null}}");
        rule(0, FakeBackend.ALLOWED);
        client.take();

        client.say("{'type':'hide'}", "{'type':'show'}");

        assertThat(client.takeTypes()).containsExactly("shown");
        assertThat(backend.joins).hasSize(1);
    }

    @Test
    void theRoomsOfATicketOutliveAConnectionThatGoesWhileTheyAreAskedAbout() {
        TestClient first = rig.json();
        first.say("{'type':'connect','id':1,'rooms':{'hall':null}}");
        rule(0, FakeBackend.ALLOWED);
        String resume = ",'resume':'" + first.takeOne().path("resume").asText() + "'}";
        first.drop();
        TestClient second = rig.json();
        second.say("{'type':'connect','id':1" + resume);
        assertThat(backend.joins).hasSize(2);
        second.drop();
        rule(1, FakeBackend.ALLOWED);

        TestClient third = rig.json();
        third.say("{'type':'connect','id':1" + resume);
        rule(2, FakeBackend.ALLOWED);

        assertThat(third.takeOne().path("rooms").fieldNames()).toIterable().containsExactly("hall");
        assertThat(rig.gauge("magpie.members")).isEqualTo(1);
    }

    @Test
    void plainClientsAreAskedAboutAndWait() {
        TestClient plain = rig.plain("hall");
        plain.text("early");
        assertThat(plain.takeTexts()).isEmpty();

        rule(0, FakeBackend.ALLOWED);

        assertThat(plain.takeTexts()).containsExactly("early");
    }

    @Test
    void plainClientsAreClosedWhereTheyMayNotBe() {
        TestClient denied = rig.plain("hall");
        TestClient unlucky = rig.plain("hall");
        rule(0, new Ruling.Denied("members only"));
        rule(1, FakeBackend.DOWN);

        assertThat(denied.closeCode()).isEqualTo(4506);
        assertThat(denied.connection().closeReasons()).containsExactly("members only");
        assertThat(unlucky.closeCode()).isEqualTo(4007);
    }

    private void rule(int asked, Ruling ruling) {
        backend.joins.get(asked).then().accept(ruling);
        rig.settle();
    }
}
