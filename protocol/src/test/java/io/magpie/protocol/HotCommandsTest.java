package io.magpie.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way reads what the strict way reads, or nothing; and it is the way that is taken. */
class HotCommandsTest {
    private static final CommandReader READER = new CommandReader(Encoding.JSON);

    /** What comes of a frame: requests, or a refusal. */
    private record Outcome(List<Request> requests, String refusal) {}

    @Test
    void isTheWayOfMostSends() {
        RandomSend random = new RandomSend(new Random(1));
        long taken = IntStream.range(0, 1000)
                .filter(i -> !read(random.frame()).isEmpty())
                .count();

        assertThat(taken).isBetween(300L, 900L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"send\",\"room\":\"r\",\"data\":\"hello\"}",
                "{\"type\":\"send\",\"id\":1,\"room\":\"lobby\",\"key\":\"7f3a-1\",\"data\":\"hello\"}",
                "{\"type\":\"send\",\"id\":\"a-1\",\"room\":\"大厅\",\"key\":\"键\",\"kind\":\"text\",\"data\":\"你好，世界 👋\"}",
                "{\"data\":{\"text\":\"a \\\"b\\\"\\n\\u4f60\\ud83d\\udc4b\",\"at\":[1,-2.5,0]},\"room\":\"r\",\"type\":\"send\"}",
                " { \"type\" : \"send\" ,\n\"room\":\"r\",\t\"data\" : [ true , false , null , { } ] } \r\n",
                "{\"type\":\"send\",\"room\":\"r\",\"priority\":\"high\",\"data\":null}",
                "{\"type\":\"send\",\"room\":\"r\",\"priority\":\"low\",\"data\":\"\"}",
                "{\"type\":\"send\",\"room\":\"r\",\"data\":{\"a\":{\"a\":1,\"aa\":2},\"aa\":{\"a\":1}}}",
                "{\"type\":\"send\",\"id\":0,\"room\":\"r\",\"data\":12345678901234567890}",
                "{\"type\":\"send\",\"id\":999999999999999,\"room\":\"r\",\"data\":0.30000000000000004}",
                "{\"type\":\"signal\",\"room\":\"r\",\"data\":{\"typing\":true}}",
                "{\"type\":\"ping\"}",
                "{\"type\":\"ping\",\"id\":7}"
            })
    void takesTheUsualFrames(String frame) {
        taken(frame);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "an array of envelopes | [{'type':'ping'}]",
                "another type | {'type':'join','room':'r'}",
                "a type of the server | {'type':'message','room':'r','data':1}",
                "a type that begins as one | {'type':'sends','room':'r','data':1}",
                "no type | {'room':'r','data':1}",
                "no room | {'type':'send','data':1}",
                "no data | {'type':'send','room':'r'}",
                "a user | {'type':'send','to':'u','data':1}",
                "binary | {'type':'send','room':'r','binary':'AAEC'}",
                "an unknown field | {'type':'send','room':'r','data':1,'x':1}",
                "a doubled field | {'type':'send','room':'r','data':1,'room':'r'}",
                "doubled data | {'type':'send','room':'r','data':1,'data':1}",
                "a doubled type | {'type':'send','type':'send','room':'r','data':1}",
                "an escape in a name | {'t\\u0079pe':'send','room':'r','data':1}",
                "an escape in the type | {'type':'s\\u0065nd','room':'r','data':1}",
                "an escape in the room | {'type':'send','room':'a\\/b','data':1}",
                "an escape in the key | {'type':'send','room':'r','key':'a\\nb','data':1}",
                "an id of null | {'type':'send','id':null,'room':'r','data':1}",
                "a key of null | {'type':'send','room':'r','key':null,'data':1}",
                "an empty key | {'type':'send','room':'r','key':'','data':1}",
                "an empty room | {'type':'send','room':'','data':1}",
                "a reserved room | {'type':'send','room':'@inbox','data':1}",
                "a control in the room | {'type':'send','room':'a\u0085','data':1}",
                "an unknown priority | {'type':'send','room':'r','priority':'urgent','data':1}",
                "a negative id | {'type':'send','id':-1,'room':'r','data':1}",
                "a fraction as id | {'type':'send','id':1.0,'room':'r','data':1}",
                "an id with zeros | {'type':'send','id':01,'room':'r','data':1}",
                "an id of 16 digits | {'type':'send','id':1000000000000000,'room':'r','data':1}",
                "an object as room | {'type':'send','room':{},'data':1}",
                "a second value | {'type':'ping'}{}",
                "a comma at the end | {'type':'ping',}",
                "no fields | {}",
                "nothing | ``",
                "an open end | {'type':'ping'"
            })
    void leavesWhatItIsNotFor(String reason, String frame) {
        left(frame.replace('\'', '"'));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a doubled name | {'a':1,'a':2}",
                "an escape in a name | {'\\u0061':1}",
                "an exponent | 1e2",
                "21 digits | 123456789012345678901",
                "a number of 21 characters | 0.0000000000000000001",
                "a zero before a digit | 01",
                "no digit after the point | 1.",
                "a sign alone | -",
                "a plus | +1",
                "NaN | NaN",
                "half a word | tru",
                "a word too long | nulls",
                "a comment | /**/1",
                "a comma at the end | [1,]",
                "no comma | [1 2]",
                "the wrong end | [1}",
                "no colon | {'a' 1}",
                "a name without quotes | {a:1}",
                "NUL as escape | '\\u0000'",
                "a high surrogate alone | '\\ud83d'",
                "two high surrogates | '\\ud83d\\ud83d'",
                "a high surrogate and text | '\\ud83dx\\udc4b'",
                "a low surrogate alone | '\\udc4b'",
                "half an escape | '\\u12'",
                "an unknown escape | '\\x'",
                "a digit of another script | '\\u٠٠٠٠'",
                "a tab | '\t'",
                "no value | ``"
            })
    void leavesDataThatItIsNotSureOf(String reason, String data) {
        left(send(data.replace('\'', '"')));
    }

    @Test
    void takesAsMuchAsItIsSureOf() {
        taken(send("[".repeat(15) + "]".repeat(15)));
        left(send("[".repeat(16) + "]".repeat(16)));
        taken(send("{\"" + "n".repeat(64) + "\":1}"));
        left(send("{\"" + "n".repeat(65) + "\":1}"));
        taken(send(object(32)));
        left(send(object(33)));
        taken(send("\"" + "x".repeat(65_000) + "\""));
        left(send("\"" + "x".repeat(65_536) + "\""));
        taken("{\"type\":\"send\",\"room\":\"" + "r".repeat(128) + "\",\"key\":\"" + "k".repeat(64) + "\",\"data\":1}");
        left("{\"type\":\"send\",\"room\":\"" + "r".repeat(129) + "\",\"data\":1}");
        left("{\"type\":\"send\",\"room\":\"r\",\"key\":\"" + "k".repeat(65) + "\",\"data\":1}");
        left("{\"type\":\"send\",\"id\":\"" + "i".repeat(65) + "\",\"room\":\"r\",\"data\":1}");
    }

    @Test
    void forgetsTheNamesOfObjectsThatAreClosed() {
        taken(send("[" + object(32) + "," + object(32) + "]"));
        taken(send("{\"a\":" + object(31) + ",\"k0\":1}"));
        left(send("{\"a\":" + object(31) + ",\"a\":1}"));
    }

    @Test
    void leavesWhatIsNoUtf8() {
        byte[] frame = Frames.utf8(send("\"?\""));
        frame[frame.length - 3] = (byte) 0xFF;

        assertThat(HotCommands.read(frame, FrameRules.FROM_CLIENT)).isEmpty();
        sameAsStrict(frame);
    }

    private static String object(int names) {
        StringBuilder object = new StringBuilder("{");
        for (int i = 0; i < names; i++) {
            object.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":0");
        }
        return object.append('}').toString();
    }

    private static String send(String data) {
        return "{\"type\":\"send\",\"room\":\"r\",\"data\":" + data + "}";
    }

    private static List<Request> read(String frame) {
        return HotCommands.read(Frames.utf8(frame), FrameRules.FROM_CLIENT);
    }

    private static void taken(String frame) {
        assertThat(read(frame)).hasSize(1).isEqualTo(READER.strictly(Frames.utf8(frame)));
    }

    private static void left(String frame) {
        assertThat(read(frame)).isEmpty();
        sameAsStrict(Frames.utf8(frame));
    }

    static void sameAsStrict(byte[] frame) {
        assertThat(outcome(() -> READER.read(Unpooled.wrappedBuffer(frame))))
                .isEqualTo(outcome(() -> READER.strictly(frame)));
    }

    private static Outcome outcome(Supplier<List<Request>> reader) {
        try {
            return new Outcome(reader.get(), "");
        } catch (ProtocolException refused) {
            return new Outcome(List.of(), refused.code() + " " + refused.getMessage());
        }
    }
}
