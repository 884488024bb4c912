package io.magpie.gateway;

import static io.magpie.gateway.BadInput.text;

import io.magpie.gateway.BadInput.Row;
import java.util.stream.Stream;

/** The rows of {@link BadInput} about where the body of a request ends: what two servers could understand in two ways. */
final class BadBodies {
    private BadBodies() {}

    static Stream<Row> rows() {
        String host = "Host: chat.example\r\n";
        String post = "POST / HTTP/1.1\r\n" + host;
        String chunked = "Transfer-Encoding: chunked\r\n";
        String chunks = post + chunked + "\r\n";
        String end = "\r\n0\r\n\r\n";
        return Stream.of(
                text(
                        "`Content-Length` and `Transfer-Encoding`",
                        "400, closed",
                        post + "Content-Length: 3\r\n" + chunked + end),
                text(
                        "`Transfer-Encoding` and `Content-Length`",
                        "400, closed",
                        post + chunked + "Content-Length: 3\r\n" + end),
                text(
                        "both with HTTP/1.0",
                        "400, closed",
                        "POST / HTTP/1.0\r\n" + host + "Content-Length: 3\r\n" + chunked + end),
                text(
                        "both with HTTP/1.0, the other way round",
                        "400, closed",
                        "POST / HTTP/1.0\r\n" + host + chunked + "Content-Length: 3\r\n" + end),
                text("two `Content-Length`", "400, closed", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc"),
                text("`Content-Length: +5`", "400, closed", post + "Content-Length: +5\r\n\r\nabcde"),
                text("`Content-Length: -1`", "400, closed", post + "Content-Length: -1\r\n\r\n"),
                text("`Content-Length: 5,5`", "400, closed", post + "Content-Length: 5,5\r\n\r\nabcde"),
                text("`Content-Length: 1000000000`", "413, closed", post + "Content-Length: 1000000000\r\n\r\n"),
                coding("xchunked"),
                coding("chunked, identity"),
                coding("identity, chunked"),
                coding("chunked, xchunked"),
                text("two `Transfer-Encoding: chunked`", "400, closed", post + chunked + chunked + end),
                text("`Transfer-Encoding : chunked`", "400, closed", post + "Transfer-Encoding : chunked\r\n" + end),
                text("a chunk of size `0x1`", "400, closed", chunks + "0x1\r\na" + end),
                text("a chunk of size `FFFFFFFFF`", "400, closed", chunks + "FFFFFFFFF\r\n"),
                text("a chunk size that ends with a bare LF", "400, closed", chunks + "1\na" + end),
                text("a chunk of size `1;a=b`", "400, closed", chunks + "1;a=b\r\na" + end),
                text("CRLF in quotes behind a chunk's size", "400, closed", chunks + "1;a=\"\r\n\"\r\na" + end),
                text("a trailer that goes on in the next line", "400, closed", chunks + "0\r\nX: a\r\n b\r\n\r\n"),
                text(
                        "a body of 1 GB, and `Expect: 100-continue`",
                        "413, closed",
                        post + "Content-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n"),
                text("100 KB in one chunk", "413, closed", chunks + "186A0\r\n" + "x".repeat(100_000)),
                text(
                        "`Content-Encoding: gzip`",
                        "415, closed",
                        post + "Content-Length: 3\r\nContent-Encoding: gzip\r\n\r\nabc"));
    }

    private static Row coding(String value) {
        String coding = "Transfer-Encoding: " + value;
        return text(
                "`" + coding + "`",
                "400, closed",
                "POST / HTTP/1.1\r\nHost: chat.example\r\n" + coding + "\r\n\r\n0\r\n\r\n");
    }
}
