package io.magpie.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandReaderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "false",
                "0",
                "-0",
                "1E+2",
                "1.50e-07",
                "\"\"",
                "\"a\\/b\\u0041\\n\"",
                "\"大厅 👋\"",
                "[]",
                "{}",
                "[ 1 ,\t2 ]",
                "{ \"a\" : [ { } ] , \"b\":\"}]\" }",
                "\"\\ud83d\\udc4b\"",
                "{\"data\":{\"data\":1}}",
                "[[[\"]\"]]]"
            })
    void cutsDataOutByteForByte(String data) {
        for (String frame : List.of(
                "{\"type\":\"send\",\"room\":\"a\",\"data\":" + data + "}",
                "{\"type\":\"send\",\"room\":\"大\",\"data\" : \n" + data + " \r\n }",
                "{\"data\":" + data + ",\"room\":\"a\",\"type\":\"send\"}",
                "[{\"type\":\"signal\",\"data\":" + data + " ,\"to\":\"u\"}]")) {
            assertThat(Frames.text(bodyOf(Frames.command(frame)).bytes())).isEqualTo(data);
        }
    }

    @Test
    void cutsCborDataOutByteForByte() {
        byte[] data = Frames.hex("c1 9f 18 01 bf 61 61 f7 ff 5f 41 00 ff f9 3c 00 1b 00 00 00 00 00 00 00 05 ff");
        byte[] frame = Unpooled.copiedBuffer(
                        Frames.hex("a3 64 74797065 64 73656e64 64 64617461"), data, Frames.hex("64 726f6f6d 61 61"))
                .array();

        Command command = Frames.requests(Encoding.CBOR, frame).get(0).command();

        assertThat(bodyOf(command)).isEqualTo(new Body.Cbor(data));
    }

    @Test
    void leavesTheBufferAsItWasAndReadsOnlyWhatIsReadable() {
        ByteBuf buffer = Unpooled.copiedBuffer("xx{\"type\":\"ping\"}yy", StandardCharsets.UTF_8);
        ByteBuf frame = buffer.slice(2, buffer.readableBytes() - 4);

        assertThat(new CommandReader(Encoding.JSON).read(frame)).containsExactly(new Request(null, new Command.Ping()));

        assertThat(frame.readerIndex()).isZero();
        assertThat(frame.refCnt()).isOne();
        buffer.release();
    }

    @Test
    void keepsTheEnvelopesOfAFrameInOrder() {
        List<Request> requests = Frames.requests(
                "[{\"type\":\"ping\",\"id\":1},{\"type\":\"nonsense\",\"id\":\"x\"},{\"type\":\"ping\",\"id\":3}]");

        assertThat(requests).hasSize(3);
        assertThat(requests.get(0).id()).isEqualTo(new RequestId.Number(1));
        assertThat(requests.get(1).id()).isEqualTo(new RequestId.Text("x"));
        assertThat(requests.get(1).command()).isInstanceOf(Command.Invalid.class);
        assertThat(requests.get(2).id()).isEqualTo(new RequestId.Number(3));
    }

    @Test
    void keepsTheOrderOfRooms() {
        Command command = Frames.command(
                "{\"type\":\"connect\",\"rooms\":{\"z\":null,\"a\":null,\"m\":{\"epoch\":\"e\",\"seq\":7}}}");

        Command.Connect connect = (Command.Connect) command;
        assertThat(connect.rooms().keySet()).extracting(RoomId::value).containsExactly("z", "a", "m");
        assertThat(connect.rooms().get(new RoomId("m"))).isEqualTo(new Position("e", 7, Position.NO_TIME));
        assertThat(connect.rooms().get(new RoomId("z"))).isNull();
    }

    @Test
    void sendsWithNormalPriorityIfNothingElseIsSaid() {
        Command.Send send = (Command.Send) Frames.command("{\"type\":\"send\",\"room\":\"a\",\"data\":1}");

        assertThat(send.priority()).isEqualTo(Priority.NORMAL);
        assertThat(send.key()).isNull();
        assertThat(send.kind()).isNull();
    }

    @Test
    void takesCountsThatAnIntCannotHold() {
        Command.Members members =
                (Command.Members) Frames.command("{\"type\":\"members\",\"room\":\"a\",\"limit\":9007199254740991}");

        assertThat(members.limit()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void takesTagsUpToTheirLimitsAndTokensOfAnyLength() {
        String token = "t".repeat(60_000);
        String tag = "大".repeat(21) + "x";

        Command.Connect connect = (Command.Connect) Frames.command(
                "{\"type\":\"connect\",\"token\":\"" + token + "\",\"client\":{\"version\":\"" + tag + "\"}}");

        assertThat(connect.token()).isEqualTo(token);
        assertThat(Frames.command("{\"type\":\"refresh\",\"token\":\"" + token + "\"}"))
                .isEqualTo(new Command.Refresh(token));
        assertThat(connect.client()).isEqualTo(new Command.ClientInfo(null, tag));
    }

    @Test
    void letsTheInboxBeMarkedAsRead() {
        assertThat(Frames.command("{\"type\":\"read\",\"room\":\"@inbox\",\"seq\":1}"))
                .isEqualTo(new Command.Read(new RoomId("@inbox"), 1));
    }

    @Test
    void namesTheFieldThatIsWrong() {
        Command command = Frames.command("{\"type\":\"join\",\"room\":\"a\",\"history\":\"1\"}");

        assertThat(command)
                .isEqualTo(new Command.Invalid(
                        ErrorCode.BAD_REQUEST, "history must be a whole number from 0 to 2^53 - 1"));
    }

    @Test
    void quotesMalformedFramesInAsciiOnly() {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> Frames.requests("{\"type\":大}"))
                .withMessageStartingWith("malformed JSON: ")
                .withMessageMatching("[ -~]*");
    }

    @Test
    void hasNoEnvelopesInPlainFrames() {
        assertThatIllegalArgumentException().isThrownBy(() -> new CommandReader(Encoding.PLAIN));
        assertThatIllegalArgumentException().isThrownBy(() -> new EventReader(Encoding.PLAIN));
    }

    @Test
    void cutsDataOutOfAnEnvelopeThatIsNoCommand() {
        CommandReader reader = new CommandReader(Encoding.JSON);
        String data = "{ \"n\" : 1.50 , \"t\":\"\\u00e9\uffff\u0301\" }";

        assertThat(reader.data(Frames.utf8("{\"from\":{\"id\":\"shop\"},\"data\": " + data + " ,\"x\":[]}")))
                .contains(new Body.Json(Frames.utf8(data)));
        assertThat(reader.data(Frames.utf8("{\"data\":null}"))).contains(new Body.Json(Frames.utf8("null")));
        assertThat(reader.data(Frames.utf8("{\"key\":\"k\"}"))).isEmpty();
    }

    static Stream<String> whatNoFrameMayHold() {
        return Stream.of(
                "7",
                "[]",
                "{\"data\":1} {}",
                "[{\"data\":1},{\"data\":2}]",
                "\ufeff{\"data\":1}",
                "{\"data\":1,\"data\":2}",
                "{\"data\":{\"a\":1,\"a\":2}}",
                "{\"data\":\"a\\u0000b\"}",
                "{\"data\":\"\\ud800\"}",
                "{\"data\":1,\"kind\":\"\\udc00\"}",
                "{\"data\":" + "9".repeat(21) + "}",
                "{\"data\":1e400}",
                "{\"data\":{\"" + "n".repeat(65) + "\":1}}",
                "{\"data\":" + "[".repeat(16) + "]".repeat(16) + "}");
    }

    @ParameterizedTest
    @MethodSource("whatNoFrameMayHold")
    void readsNoDataByOtherRulesThanThoseOfAFrame(String envelope) {
        CommandReader reader = new CommandReader(Encoding.JSON);

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> reader.data(Frames.utf8(envelope)))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    private static Body bodyOf(Command command) {
        if (command instanceof Command.Signal signal) {
            return signal.body();
        }
        assertThat(command).isInstanceOf(Command.Send.class);
        return ((Command.Send) command).body();
    }

    @Test
    void takesATicketOfUpTo256Bytes() {
        String ticket = "t".repeat(256);

        Command.Connect connect =
                (Command.Connect) Frames.requests("{\"type\":\"connect\",\"resume\":\"" + ticket + "\"}")
                        .get(0)
                        .command();

        assertThat(connect.resume()).isEqualTo(ticket);
        assertThat(Frames.requests("{\"type\":\"connect\",\"resume\":\"t" + ticket + "\"}")
                        .get(0)
                        .command())
                .isInstanceOf(Command.Invalid.class);
    }
}
