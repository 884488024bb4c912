package io.magpie.bench.compare.load;

import io.magpie.bench.yardstick.Dialect;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A message is lines: payloads, or {@code ok}, which acknowledges; {@code hi} is answered by {@code in}. */
final class LineDialect implements Dialect {
    private final boolean greets;

    LineDialect(boolean greets) {
        this.greets = greets;
    }

    @Override
    public String path(int room) {
        return "/" + room;
    }

    @Override
    public String subprotocol() {
        return "";
    }

    @Override
    public boolean binary() {
        return false;
    }

    @Override
    public List<byte[]> hello(int room) {
        return greets ? List.of("hi".getBytes(StandardCharsets.US_ASCII)) : List.of();
    }

    @Override
    public boolean admits(byte[] message) {
        return new String(message, StandardCharsets.US_ASCII).equals("in");
    }

    @Override
    public byte[] publish(int room, byte[] payload) {
        return payload;
    }

    @Override
    public void read(byte[] message, Sink sink) {
        int from = 0;
        for (int at = 0; at <= message.length; at++) {
            if (at == message.length || message[at] == '\n') {
                if (at - from != 2) {
                    sink.payload(message, from, at - from);
                }
                from = at + 1;
            }
        }
    }

    /** A message with these payloads, behind an acknowledgement if wanted. */
    static byte[] message(boolean ok, int... messages) {
        StringBuilder text = new StringBuilder(ok ? "ok" : "");
        for (int message : messages) {
            text.append(text.isEmpty() ? "" : "\n").append(new String(Payloads.of(message), StandardCharsets.US_ASCII));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
