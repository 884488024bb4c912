package io.magpie.gateway.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.gateway.auth.Identity;
import io.magpie.gateway.auth.RoomPatterns;
import io.magpie.gateway.auth.Verdict;
import io.magpie.protocol.Body;
import io.magpie.protocol.DeviceId;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers are written with single quotes here. */
class AnswersTest {
    private static final RoomPatterns USUAL = RoomPatterns.of(List.of("open"));

    @Test
    void aNameThatCantBeUsedIsLeftOut() throws BadAnswerException {
        assertThat(accepted("{'allow':true,'user':'u1','name':''}").sender())
                .isEqualTo(new Sender(new UserId("u1"), null));
        assertThat(accepted("{'allow':true,'user':'u1','name':'a\\u0000'}")
                        .sender()
                        .name())
                .isNull();
    }

    @Test
    void saysWhoAClientIs() throws Exception {
        Identity identity = accepted("{'allow':true,'user':'u1','name':'Alice','device':'phone','expires':1700000000,"
                + "'rooms':{'join':['a*'],'send':['ab'],'moderate':['ac']},'else':[1]}");

        assertThat(identity.sender().id().value()).isEqualTo("u1");
        assertThat(identity.sender().name()).isEqualTo("Alice");
        assertThat(identity.device()).isEqualTo(new DeviceId("phone"));
        assertThat(identity.expiresMillis()).isEqualTo(1_700_000_000_000L);
        assertThat(identity.join().match(new RoomId("ad"))).isTrue();
        assertThat(identity.send().match(new RoomId("ad"))).isFalse();
        assertThat(identity.send().match(new RoomId("ab"))).isTrue();
        assertThat(identity.moderate().match(new RoomId("ac"))).isTrue();
    }

    @Test
    void needsNoMoreThanAUser() throws Exception {
        Identity identity =
                accepted("{'allow':true,'user':'u1','name':null,'device':null,'expires':null,'rooms':null}");

        assertThat(identity.sender().name()).isNull();
        assertThat(identity.device()).isNull();
        assertThat(identity.expiresMillis()).isEqualTo(Identity.NEVER);
        assertThat(identity.join()).hasToString("open");
        assertThat(identity.send()).hasToString("open");
        assertThat(identity.moderate()).hasToString("none");
    }

    @Test
    void refusesATokenWithTheBackendsReason() throws Exception {
        assertThat(connect("{'allow':false,'reason':'who are you?'}"))
                .isEqualTo(new Verdict.Refused(Verdict.Reason.BAD, "who are you?"));
        assertThat(connect("{'allow':false}"))
                .isEqualTo(new Verdict.Refused(Verdict.Reason.BAD, "the token isn't good here"));
    }

    @Test
    void takesAnIdentityThatHasEndedForExpired() throws Exception {
        for (String expires : List.of("0", "-1", "1", "10")) {
            assertThat(connect("{'allow':true,'user':'u1','expires':" + expires + "}"))
                    .isInstanceOfSatisfying(
                            Verdict.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Verdict.Reason.EXPIRED));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "true",
                "[]",
                "{}",
                "no",
                "{'allow':1}",
                "{'allow':'true'}",
                "{'allow':null}",
                "{'allow':true}",
                "{'allow':true,'user':7}",
                "{'allow':true,'user':''}",
                "{'allow':true,'user':'a\\u0000'}",
                "{'allow':true,'user':'guest-1'}",
                "{'allow':true,'user':'u1','name':{}}",
                "{'allow':true,'user':'u1','device':7}",
                "{'allow':true,'user':'u1','device':''}",
                "{'allow':true,'user':'u1','expires':'soon'}",
                "{'allow':true,'user':'u1','expires':1.5}",
                "{'allow':true,'user':'u1','expires':99999999999999999999}",
                "{'allow':true,'user':'u1','expires':9223372036854775807}",
                "{'allow':true,'user':'u1','rooms':'hall'}",
                "{'allow':true,'user':'u1','rooms':[1]}",
                "{'allow':true,'user':'u1','rooms':{'join':'hall'}}",
                "{'allow':false,'reason':7}",
                "{'allow':true,'user':'u1'} {}",
                "{'allow':true,'allow':true,'user':'u1'}",
                "\ufeff{'allow':true,'user':'u1'}"
            })
    void whatIsNoAnswerIsNone(String answer) {
        assertThatThrownBy(() -> connect(answer)).isInstanceOf(BadAnswerException.class);
    }

    @Test
    void takesOnlyUtf8() {
        byte[] wide = "{\"allow\":true}".getBytes(StandardCharsets.UTF_16LE);
        byte[] broken = "{\"allow\":false,\"reason\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> Answers.join(wide)).isInstanceOf(BadAnswerException.class);
        assertThatThrownBy(() -> Answers.join(broken)).isInstanceOf(BadAnswerException.class);
    }

    @Test
    void neverRepeatsWhatWasSentInItsWords() {
        assertThatThrownBy(() -> connect("planted")).hasMessageNotContaining("planted");
        assertThatThrownBy(() -> connect("{'allow':'planted'}")).hasMessageNotContaining("planted");
    }

    @Test
    void allowsOrDeniesARoom() throws Exception {
        assertThat(Answers.join(utf8("{'allow':true}"))).isEqualTo(new Ruling.Allowed(null));
        assertThat(Answers.join(utf8("{'allow':false}"))).isEqualTo(new Ruling.Denied(""));
        assertThat(Answers.join(utf8("{'allow':false,'reason':'members only'}")))
                .isEqualTo(new Ruling.Denied("members only"));
    }

    @Test
    void cutsALongReasonBetweenCharacters() throws Exception {
        String reason = "x".repeat(255) + "\ud83d\udc26";

        assertThat(Answers.join(utf8("{'allow':false,'reason':'" + reason + "'}")))
                .isEqualTo(new Ruling.Denied("x".repeat(255)));
    }

    @Test
    void allowsDeniesOrReplacesWhatIsSaid() throws Exception {
        assertThat(send("{'allow':true}")).isEqualTo(new Ruling.Allowed(null));
        assertThat(send("{'allow':false,'reason':'rude','data':1}")).isEqualTo(new Ruling.Denied("rude"));
        assertThat(send("{'allow':true,'data':{'t':'***','n':1.5}}"))
                .isEqualTo(new Ruling.Allowed(new Body.Json(utf8("{'t':'***','n':1.5}"))));
        assertThat(send("{'allow':true,'data':null}")).isEqualTo(new Ruling.Allowed(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "0123456789012345678901234567890123456789012345678901234567890123"})
    void takesNoDataThatAClientMightNotSend(String text) {
        assertThatThrownBy(() -> send("{'allow':true,'data':'" + text + "'}")).isInstanceOf(BadAnswerException.class);
    }

    @Test
    void takesNoDataBeyondTheLimitsOfNumbersAndDepth() {
        String deep = "[".repeat(40) + "]".repeat(40);

        assertThatThrownBy(() -> send("{'allow':true,'data':" + deep + "}")).isInstanceOf(BadAnswerException.class);
        assertThatThrownBy(() -> send("{'allow':true,'data':1e999}")).isInstanceOf(BadAnswerException.class);
        assertThatThrownBy(() -> send("{'allow':true,'data':" + "1".repeat(30) + "}"))
                .isInstanceOf(BadAnswerException.class);
    }

    private static Identity accepted(String answer) throws BadAnswerException {
        return ((Verdict.Accepted) connect(answer)).identity();
    }

    private static Verdict connect(String answer) throws BadAnswerException {
        return Answers.connect(utf8(answer), USUAL, 10_000);
    }

    private static Ruling send(String answer) throws BadAnswerException {
        return Answers.send(utf8(answer), 64);
    }

    private static byte[] utf8(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
