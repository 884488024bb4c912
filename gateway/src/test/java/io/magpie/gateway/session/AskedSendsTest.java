package io.magpie.gateway.session;

import static io.magpie.gateway.session.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.magpie.gateway.hooks.Ruling;
import io.magpie.gateway.hooks.SendQuestion;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Body;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said where a backend is asked about it first. */
class AskedSendsTest {
    private final FakeBackend backend = new FakeBackend();
    private final SessionRig rig = new SessionRig(1, SessionRig.small(), null, backend.aboutSends());

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void theBackendIsAskedAboutWhatIsSaid() {
        rig.in("hall").say("{'type':'send','room':'hall','data':'hi','key':'k','kind':'text'}");

        SendQuestion asked = backend.sends.get(0).question();
        assertThat(asked.user().id().value()).isEqualTo("guest-1");
        assertThat(asked.room().value()).isEqualTo("hall");
        assertThat(asked.connection()).isEqualTo("c1");
        assertThat(asked.key()).isEqualTo("k");
        assertThat(asked.kind()).isEqualTo("text");
        assertThat(asked.body()).isEqualTo(new Body.Json("\"hi\"".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void nothingOvertakesWhatWaits() {
        TestClient client = rig.in("hall");
        TestClient listener = rig.in("hall");
        for (int i = 0; i < 4; i++) {
            client.say("{'type':'send','id':" + i + ",'room':'hall','data':" + i + "}");
        }
        assertThat(backend.sends).hasSize(4);

        rule(3, FakeBackend.ALLOWED);
        rule(1, FakeBackend.ALLOWED);
        assertThat(listener.take()).isEmpty();
        rule(0, FakeBackend.ALLOWED);
        assertThat(said(listener)).containsExactly("0", "1");
        rule(2, FakeBackend.ALLOWED);

        assertThat(said(listener)).containsExactly("2", "3");
        assertThat(client.take().stream()
                        .filter(event -> event.path("type").asText().equals("ok")))
                .extracting(event ->
                        event.path("id").asInt() + "@" + event.path("seq").asInt())
                .containsExactly("0@1", "1@2", "2@3", "3@4");
    }

    @Test
    void otherRoomsAndOtherClientsDontWait() {
        TestClient client = rig.in("hall", "yard");
        TestClient other = rig.in("hall", "yard");
        client.say("{'type':'send','room':'hall','data':1}");
        client.say("{'type':'send','room':'yard','data':2}");
        other.say("{'type':'send','room':'hall','data':3}");

        rule(1, FakeBackend.ALLOWED);
        rule(2, FakeBackend.ALLOWED);

        assertThat(said(other)).containsExactly("2", "3");
    }

    @Test
    void whatTheBackendRefusesIsntSaid() {
        TestClient client = rig.in("hall");
        client.say("{'type':'send','id':1,'room':'hall','data':'rude'}");
        client.say("{'type':'send','id':2,'room':'hall','data':'worse'}");
        client.say("{'type':'send','id':3,'room':'hall','data':'kind'}");
        rule(2, FakeBackend.ALLOWED);
        rule(0, new Ruling.Denied("mind your words"));
        rule(1, new Ruling.Denied(""));

        List<JsonNode> answers = client.take();
        assertThat(answers.get(0)).isEqualTo(json("""
                {'type':'error','id':1,'code':'rejected','message':'mind your words','retryable':false}"""));
        assertThat(answers.get(1)).isEqualTo(json("""
                {'type':'error','id':2,'code':'rejected','message':'the backend refused it','retryable':false}"""));
        assertThat(answers).filteredOn(event -> event.has("data")).hasSize(1);
        assertThat(rig.commands("send", "rejected")).isEqualTo(2);
    }

    @Test
    void whatTheBackendSaysInsteadIsSaid() {
        TestClient client = rig.in("hall");
        TestClient plain = rig.plain("hall");
        client.say("{'type':'send','id':1,'room':'hall','data':'rude','kind':'text','key':'k'}");
        rule(0, FakeBackend.instead("'****'"));

        JsonNode message = client.take().stream()
                .filter(event -> event.path("type").asText().equals("message"))
                .findFirst()
                .orElseThrow();
        assertThat(message.path("data").asText()).isEqualTo("****");
        assertThat(message.path("kind").asText()).isEqualTo("text");
        assertThat(plain.takeTexts()).containsExactly("****");
    }

    @Test
    void whatTheBackendCantBeAskedAboutMayBeTriedAgain() {
        TestClient client = rig.in("hall");
        client.say("{'type':'send','id':1,'room':'hall','data':1}");
        rule(0, FakeBackend.DOWN);

        assertThat(client.takeOne()).isEqualTo(json("""
                {'type':'error','id':1,'code':'unavailable','message':'it is down','retryable':true,'after':5000}"""));
        assertThat(client.connection().open()).isTrue();
    }

    @Test
    void whatWasAskedAboutIsSaidThoughItsConnectionHasGone() {
        TestClient client = rig.in("hall");
        TestClient listener = rig.in("hall");
        client.say("{'type':'send','room':'hall','data':1}");
        client.say("{'type':'send','room':'hall','data':2}");
        client.drop();

        rule(1, FakeBackend.ALLOWED);
        rule(0, FakeBackend.ALLOWED);

        assertThat(said(listener)).containsExactly("1", "2");
    }

    @Test
    void whoMayNotBeThereAnyMoreSaysNothing() {
        TestClient client = rig.in("hall");
        TestClient listener = rig.in("hall");
        client.say("{'type':'send','id':1,'room':'hall','data':1}");
        rig.bans.add(new Bans.Ban("guest-1", null, "hall", Bans.FOR_EVER, ""));

        rule(0, FakeBackend.ALLOWED);

        assertThat(client.takeOne().path("code").asText()).isEqualTo("forbidden");
        assertThat(listener.take()).isEmpty();
    }

    @Test
    void whatWaitsOfSomebodyWhoIsBannedFromEverywhereIsntSaid() {
        TestClient client = rig.in("hall");
        TestClient listener = rig.in("hall");
        client.say("{'type':'send','id':1,'room':'hall','data':1}");
        rig.bans.add(new Bans.Ban("guest-1", null, null, Bans.FOR_EVER, ""));

        rule(0, FakeBackend.ALLOWED);

        assertThat(client.takeOne().path("code").asText()).isEqualTo("forbidden");
        assertThat(listener.take()).isEmpty();
        assertThat(rig.commands("send", "ok")).isZero();
        assertThat(rig.commands("send", "forbidden")).isEqualTo(1);
    }

    @Test
    void whoHasManySendsAskedAboutIsntRead() {
        SessionRig narrow =
                new SessionRig(1, TestConfig.with("rate.in-flight=2", "rate.address=0"), null, backend.aboutSends());
        TestClient client = narrow.in("hall");
        client.say("{'type':'send','room':'hall','data':1}");
        assertThat(client.connection().reading()).isTrue();
        client.say("{'type':'send','room':'hall','data':2}");
        assertThat(client.connection().reading()).isFalse();

        backend.sends.get(0).then().accept(new Ruling.Denied(""));
        narrow.settle();

        assertThat(client.connection().reading()).isTrue();
        narrow.close();
    }

    @Test
    void plainClientsAreAskedAboutToo() {
        TestClient plain = rig.plain("hall");
        TestClient listener = rig.in("hall");
        plain.text("rude");
        plain.text("late");
        plain.text("kind");
        rule(2, FakeBackend.instead("'KIND'"));
        rule(1, FakeBackend.DOWN);
        rule(0, new Ruling.Denied("mind your words"));

        assertThat(listener.takeOne().path("data").asText()).isEqualTo("KIND");
        assertThat(plain.takeTexts()).containsExactly("KIND");
        assertThat(plain.connection().open()).isTrue();
        assertThat(rig.commands("send", "rejected")).isEqualTo(1);
        assertThat(rig.commands("send", "unavailable")).isEqualTo(1);
    }

    @Test
    void nobodyIsAskedAboutSignals() {
        TestClient client = rig.in("hall");
        TestClient listener = rig.in("hall");
        client.say("{'type':'signal','room':'hall','data':1}");

        assertThat(listener.takeTypes()).containsExactly("signal");
        assertThat(backend.sends).isEmpty();
    }

    private void rule(int asked, Ruling ruling) {
        backend.sends.get(asked).then().accept(ruling);
        rig.settle();
    }

    /** The data of messages since the last call. */
    private static List<String> said(TestClient client) {
        return client.take().stream()
                .filter(event -> event.path("type").asText().equals("message"))
                .map(event -> event.path("data").toString())
                .toList();
    }
}
