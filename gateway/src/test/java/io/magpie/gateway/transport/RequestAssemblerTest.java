package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestAssemblerTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new RequestAssembler());

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Test
    void passesARequestOnAtItsEnd() {
        channel.writeInbound(request());
        assertThat(channel.<Object>readInbound()).isNull();

        channel.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
        FullHttpRequest whole = channel.readInbound();
        assertThat(whole.uri()).isEqualTo("/x");
        assertThat(whole.content().isReadable()).isFalse();
    }

    @Test
    void keepsEveryHeaderAsItWasSent() {
        HttpRequest request = request();
        request.headers().add("Host", "a").add("Host", "b").add("Transfer-Encoding", "chunked");
        channel.writeInbound(request, LastHttpContent.EMPTY_LAST_CONTENT);

        FullHttpRequest whole = channel.readInbound();
        assertThat(whole.headers().entries()).hasToString("[Host=a, Host=b, Transfer-Encoding=chunked]");
    }

    @Test
    void releasesTheBody() {
        ByteBuf part = Unpooled.buffer().writeZero(10);
        ByteBuf last = Unpooled.buffer().writeZero(10);
        channel.writeInbound(request(), new DefaultHttpContent(part), new DefaultLastHttpContent(last));

        assertThat(part.refCnt()).isZero();
        assertThat(last.refCnt()).isZero();
        assertThat(channel.<FullHttpRequest>readInbound().uri()).isEqualTo("/x");
    }

    @Test
    void takesABodyUpToTheBound() {
        channel.writeInbound(request(), new DefaultLastHttpContent(body(RequestAssembler.MAX_BODY)));

        assertThat(channel.<FullHttpRequest>readInbound()).isNotNull();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void passesARequestOnAsRefusedWhenItsBodyIsBeyondTheBoundAndNothingAfterIt() {
        ByteBuf body = body(RequestAssembler.MAX_BODY);
        ByteBuf more = body(1);
        channel.writeInbound(request(), new DefaultHttpContent(body), new DefaultHttpContent(more));

        assertThat(refusal(channel.readInbound())).isEqualTo(413);
        channel.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT, request(), LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(channel.<Object>readInbound()).isNull();
        assertThat(body.refCnt() + more.refCnt()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST    | Content-Length: 65537                                   | 413",
                "POST    | Content-Length: 1000000000                              | 413",
                "POST    | Content-Length: 9223372036854775807                     | 413",
                "POST    | Content-Length: 5; Content-Encoding: gzip               | 415",
                "POST    | Transfer-Encoding: chunked; Content-Encoding: br        | 415",
                "POST    | Content-Length: 5; Content-Encoding: identity, gzip     | 415",
                "POST    | Transfer-Encoding: identity, chunked                    | 400",
                "GET     | Transfer-Encoding: gzip, chunked                        | 400",
                "CONNECT | Host: a                                                 | 405",
                "TRACE   | Host: a                                                 | 405"
            })
    void refusesARequestBeforeItsBody(String method, String headers, int status) {
        channel.writeInbound(request(method, headers + "; Expect: 100-continue"));

        assertThat(refusal(channel.readInbound())).isEqualTo(status);
        assertThat(channel.<Object>readOutbound()).as("nobody is told to go on").isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5; Content-Encoding: identity",
                "Content-Length: 0; Content-Encoding: gzip",
                "Content-Encoding: gzip",
                "Transfer-Encoding: chunked"
            })
    void takesABodyAsItIsAndNoBodyInAnyEncoding(String headers) {
        channel.writeInbound(request("POST", headers), LastHttpContent.EMPTY_LAST_CONTENT);

        assertThat(channel.<FullHttpRequest>readInbound().decoderResult().isSuccess())
                .isTrue();
    }

    @Test
    void tellsAClientThatItsBodyMayCome() {
        channel.writeInbound(request("POST", "Content-Length: 5; Expect: 100-continue"));

        ByteBuf interim = channel.readOutbound();
        assertThat(interim.toString(StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        interim.release();
        channel.writeInbound(new DefaultLastHttpContent(body(5)));
        assertThat(channel.<FullHttpRequest>readInbound().decoderResult().isSuccess())
                .isTrue();
    }

    @Test
    void tellsNobodyToGoOnWhoHasNoBody() {
        channel.writeInbound(request("GET", "Expect: 100-continue"), LastHttpContent.EMPTY_LAST_CONTENT);

        assertThat(channel.<Object>readOutbound()).isNull();
    }

    @Test
    void waitsForNothingAfterARequestThatCouldNotBeParsed() {
        HttpRequest request = request();
        request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("bad")));
        channel.writeInbound(request);

        assertThat(channel.<FullHttpRequest>readInbound().decoderResult().isFailure())
                .isTrue();
    }

    @Test
    void tellsThatABodyCouldNotBeParsed() {
        HttpContent broken = new DefaultLastHttpContent();
        broken.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("bad chunk")));
        channel.writeInbound(request(), broken);

        assertThat(channel.<FullHttpRequest>readInbound().decoderResult().isFailure())
                .isTrue();
    }

    @Test
    void keepsABodyWhereOneIsWantedAndReleasesWhatItCameIn() {
        EmbeddedChannel keeping = new EmbeddedChannel(new RequestAssembler(8));
        ByteBuf part = Unpooled.copiedBuffer("abc", StandardCharsets.US_ASCII);
        ByteBuf last = Unpooled.copiedBuffer("de", StandardCharsets.US_ASCII);
        keeping.writeInbound(request(), new DefaultHttpContent(part), new DefaultLastHttpContent(last));

        FullHttpRequest whole = keeping.readInbound();
        assertThat(whole.content().toString(StandardCharsets.US_ASCII)).isEqualTo("abcde");
        assertThat(part.refCnt() + last.refCnt()).isZero();
        keeping.writeInbound(request(), LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(keeping.<FullHttpRequest>readInbound().content().isReadable())
                .as("nothing of the one before")
                .isFalse();
        keeping.finishAndReleaseAll();
    }

    @Test
    void keepsOneByteMoreThanIsWantedOfALargerBody() {
        EmbeddedChannel keeping = new EmbeddedChannel(new RequestAssembler(8));
        keeping.writeInbound(request(), new DefaultHttpContent(body(6)), new DefaultHttpContent(body(6)));
        keeping.writeInbound(new DefaultLastHttpContent(body(RequestAssembler.MAX_BODY - 12)));

        assertThat(keeping.<FullHttpRequest>readInbound().content().readableBytes())
                .isEqualTo(9);
        keeping.finishAndReleaseAll();
    }

    @Test
    void letsEverythingElsePass() {
        channel.writeInbound("something else");

        assertThat(channel.<String>readInbound()).isEqualTo("something else");
    }

    private static HttpRequest request() {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/x");
    }

    /** @param headers with semicolons between them */
    private static HttpRequest request(String method, String headers) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), "/x");
        for (String header : headers.split("; ", -1)) {
            int colon = header.indexOf(':');
            request.headers().add(header.substring(0, colon), header.substring(colon + 2));
        }
        return request;
    }

    /** The status of what a request is refused with. */
    private static int refusal(FullHttpRequest request) {
        assertThat(request.decoderResult().cause()).isInstanceOf(RefusedRequestException.class);
        return ((RefusedRequestException) request.decoderResult().cause())
                .answer()
                .status();
    }

    private static ByteBuf body(int length) {
        return Unpooled.buffer(length).writeZero(length);
    }
}
