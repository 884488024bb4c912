package io.magpie.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.magpie.gateway.auth.Authenticator;
import io.magpie.gateway.auth.Identity;
import io.magpie.gateway.auth.RoomPatterns;
import io.magpie.gateway.auth.Verdict;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.DeviceId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who has to go when a device, or a user, comes once more. */
class DeviceTest {
    private static final String DEVICE_AGAIN = "a newer connection of this device took over";
    private static final String USER_AGAIN = "the same user has too many newer connections";

    private final List<SessionRig> rigs = new ArrayList<>();

    /** Believes tokens such as {@code alice} and {@code alice@phone}. */
    private static final class Believer implements Authenticator {
        @Override
        public void judge(String token, Consumer<Verdict> then) {
            String[] parts = token.split("@", -1);
            then.accept(new Verdict.Accepted(new Identity(
                    new Sender(new UserId(parts[0]), null),
                    parts.length == 1 ? null : new DeviceId(parts[1]),
                    RoomPatterns.ALL,
                    RoomPatterns.ALL,
                    RoomPatterns.NONE,
                    Identity.NEVER)));
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        rigs.forEach(SessionRig::close);
    }

    @Test
    void aNewerConnectionOfADeviceTakesThePlaceOfTheOlder() {
        SessionRig rig = rig(2);
        TestClient first = rig.json(0);
        TestClient second = rig.json(1);

        connect(first, "alice", "phone");
        connect(second, "alice", "phone");

        assertThat(gone(first)).isEqualTo(DEVICE_AGAIN);
        assertThat(first.closeCode()).isEqualTo(4507);
        assertThat(first.takeTypes()).containsExactly("bye");
        assertThat(gone(second)).isNull();
    }

    @Test
    void otherDevicesAndOtherUsersStay() {
        SessionRig rig = rig(1);

        TestClient phone = connect(rig.json(), "alice", "phone");
        TestClient tablet = connect(rig.json(), "alice", "tablet");
        TestClient other = connect(rig.json(), "bob", "phone");
        TestClient one = connect(rig.json(), "alice", null);
        TestClient two = connect(rig.json(), "alice", null);

        assertThat(List.of(phone, tablet, other, one, two)).allMatch(client -> gone(client) == null);
    }

    @Test
    void whatADeviceReplacesIsntCountedOfItsUser() {
        SessionRig rig = rig(1, "auth.connections-per-user=2", "auth.overflow=refuse");
        TestClient phone = connect(rig.json(), "alice", "phone");
        TestClient tablet = connect(rig.json(), "alice", "tablet");

        TestClient again = connect(rig.json(), "alice", "phone");
        TestClient third = connect(rig.json(), "alice", "watch");

        assertThat(gone(phone)).isEqualTo(DEVICE_AGAIN);
        assertThat(third.closeCode()).isEqualTo(4504);
        assertThat(List.of(tablet, again)).allMatch(client -> gone(client) == null);
    }

    @Test
    void theLimitOfTheUserCountsWhateverTheDevices() {
        SessionRig rig = rig(1, "auth.connections-per-user=2");
        TestClient phone = connect(rig.json(), "alice", "phone");
        TestClient unnamed = connect(rig.json(), "alice", null);

        TestClient tablet = connect(rig.json(), "alice", "tablet");

        assertThat(gone(phone)).isEqualTo(USER_AGAIN);
        assertThat(List.of(unnamed, tablet)).allMatch(client -> gone(client) == null);
    }

    @Test
    void aDeviceMayHaveAsManyConnectionsAsIsConfigured() {
        SessionRig two = rig(1, "auth.connections-per-device=2", "auth.connections-per-user=0");
        TestClient oldest = connect(two.json(), "alice", "phone");
        TestClient middle = connect(two.json(), "alice", "phone");
        assertThat(gone(oldest)).isNull();
        connect(two.json(), "alice", "phone");
        assertThat(gone(oldest)).isEqualTo(DEVICE_AGAIN);
        assertThat(gone(middle)).isNull();

        SessionRig any = rig(1, "auth.connections-per-device=0");
        TestClient one = connect(any.json(), "alice", "phone");
        connect(any.json(), "alice", "phone");
        assertThat(gone(one)).isNull();
    }

    @Test
    void aConnectionThatHasGoneIsntCounted() {
        SessionRig rig = rig(1, "auth.connections-per-device=2", "auth.connections-per-user=0");
        TestClient first = connect(rig.json(), "alice", "phone");
        connect(rig.json(), "alice", "phone").drop();

        connect(rig.json(), "alice", "phone");

        assertThat(gone(first)).isNull();
    }

    @Test
    void theWordOfATokenCountsMoreThanTheClients() {
        SessionRig rig = rig(1);
        TestClient first = connect(rig.json(), "alice@tv", "phone");
        TestClient phone = connect(rig.json(), "alice", "phone");
        assertThat(gone(first)).isNull();

        connect(rig.json(), "alice@tv", "tablet");

        assertThat(gone(first)).isEqualTo(DEVICE_AGAIN);
        assertThat(gone(phone)).isNull();
    }

    @Test
    void aPlainClientHasTheDeviceOfItsToken() {
        SessionRig rig = rig(1);
        TestClient plain = rig.plainBearing("hall", "alice@tv");

        connect(rig.json(), "alice@tv", null);

        assertThat(gone(plain)).isEqualTo(DEVICE_AGAIN);
    }

    @Test
    void aNewerTokenLeavesAConnectionOnItsDevice() {
        SessionRig rig = rig(1);
        TestClient tv = connect(rig.json(), "alice@tv", null);
        tv.say("{'type':'refresh','id':1,'token':'alice@phone'}");
        assertThat(tv.takeTypes()).containsExactly("ok");

        connect(rig.json(), "alice@phone", null);
        assertThat(gone(tv)).isNull();
        connect(rig.json(), "alice@tv", null);

        assertThat(gone(tv)).isEqualTo(DEVICE_AGAIN);
    }

    @Test
    void whoComesWithATicketIsCountedOnce() {
        SessionRig rig = rig(1, "auth.connections-per-user=2", "auth.overflow=refuse");
        TestClient phone = rig.json();
        String ticket = ticket(phone, "'token':'alice','device':'phone','rooms':{'hall':null}");
        TestClient tablet = connect(rig.json(), "alice", "tablet");
        TestClient back = rig.json();

        back.say("{'type':'connect','token':'alice','device':'phone','resume':'" + ticket + "'}");

        assertThat(back.takeOne().path("rooms").has("hall")).isTrue();
        assertThat(gone(phone)).isEqualTo("a newer connection took over");
        assertThat(List.of(tablet, back)).allMatch(client -> gone(client) == null);
    }

    @Test
    void aTicketThatComesAgainLeadsToTheRoomsOfTheConnectionThatItsDeviceReplaces() {
        SessionRig rig = rig(2);
        String ticket = ticket(rig.json(0), "'token':'alice','device':'phone','rooms':{'hall':null}");
        String connect = "{'type':'connect','token':'alice','device':'phone','resume':'" + ticket + "'}";
        TestClient second = rig.json(1);
        second.say(connect);
        second.take();
        TestClient third = rig.json(0);

        third.say(connect);

        assertThat(second.closeCode()).isEqualTo(4507);
        assertThat(third.takeOne().path("rooms").has("hall")).isTrue();
        assertThat(gone(third)).isNull();
        assertThat(rig.gauge("magpie.members")).isEqualTo(1);
    }

    @Test
    void guestsHaveNoDevicesUntilTheyComeBack() {
        SessionRig rig = new SessionRig();
        rigs.add(rig);
        TestClient other = connect(rig.json(), null, "phone");
        String ticket = ticket(rig.json(), "'device':'phone'");
        TestClient back = rig.json();
        back.say("{'type':'connect','device':'phone','resume':'" + ticket + "'}");
        // So long that it isn't known any more who sits where.
        rig.advance(Duration.ofMinutes(11));
        assertThat(gone(back)).isNull();
        TestClient again = rig.json();

        again.say("{'type':'connect','device':'phone','resume':'" + ticket + "'}");

        assertThat(gone(back)).isEqualTo(DEVICE_AGAIN);
        assertThat(List.of(other, again)).allMatch(client -> gone(client) == null);
    }

    private SessionRig rig(int loops, String... settings) {
        SessionRig opened = new SessionRig(loops, TestConfig.with(settings), new Believer());
        rigs.add(opened);
        return opened;
    }

    private static TestClient connect(TestClient client, @Nullable String token, @Nullable String device) {
        client.say("{'type':'connect','token':" + quote(token) + ",'device':" + quote(device) + "}");
        client.take();
        return client;
    }

    private static String ticket(TestClient client, String fields) {
        client.say("{'type':'connect'," + fields + "}");
        JsonNode connected = client.takeOne();
        return connected.path("resume").asText();
    }

    private static String quote(@Nullable String text) {
        return text == null ? "null" : "'" + text + "'";
    }

    /** Why a connection was closed; null if it wasn't. */
    private static @Nullable String gone(TestClient client) {
        return client.connection().open()
                ? null
                : String.join(", ", client.connection().closeReasons());
    }
}
