package io.magpie.bench.yardstick;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Magpie's JSON envelopes: {@code connect} joins the room, and every {@code send} wants an {@code ok}. */
enum EnvelopeDialect implements Dialect {
    INSTANCE;

    private static final JsonFactory JSON = new JsonFactory();

    /** What matters of an envelope: its type, and where its {@code data} lies if that is a string, without the quotes. */
    private record Envelope(String type, int offset, int length) {
        private static final int NO_DATA = -1;

        boolean isPayload() {
            return type.equals("message") && offset != NO_DATA;
        }
    }

    @Override
    public String path(int room) {
        return "/ws";
    }

    @Override
    public String subprotocol() {
        return "magpie.v1.json";
    }

    @Override
    public boolean binary() {
        return false;
    }

    @Override
    public List<byte[]> hello(int room) {
        return List.of(ascii("{\"type\":\"connect\",\"id\":0,\"rooms\":{\"r" + room + "\":null}}"));
    }

    @Override
    public boolean admits(byte[] message) {
        return envelopes(message).stream().anyMatch(envelope -> envelope.type().equals("connected"));
    }

    @Override
    public byte[] publish(int room, byte[] payload) {
        String text = new String(payload, StandardCharsets.US_ASCII);
        return ascii("{\"type\":\"send\",\"id\":1,\"room\":\"r" + room + "\",\"data\":\"" + text + "\"}");
    }

    @Override
    public void read(byte[] message, Sink sink) {
        for (Envelope envelope : envelopes(message)) {
            if (envelope.isPayload()) {
                sink.payload(message, envelope.offset(), envelope.length());
            }
        }
    }

    private static List<Envelope> envelopes(byte[] message) {
        List<Envelope> envelopes = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(message)) {
            // An array's brackets only surround its envelopes, so they need no state.
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    envelopes.add(envelope(parser));
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not an envelope: " + new String(message, StandardCharsets.UTF_8), e);
        }
        return envelopes;
    }

    /** Reads from behind the opening brace to the closing one. */
    private static Envelope envelope(JsonParser parser) throws IOException {
        String type = "";
        int offset = Envelope.NO_DATA;
        int length = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (field.equals("type")) {
                type = parser.getText();
            } else if (field.equals("data") && value == JsonToken.VALUE_STRING) {
                offset = (int) parser.currentTokenLocation().getByteOffset() + 1;
                parser.finishToken();
                length = (int) parser.currentLocation().getByteOffset() - 1 - offset;
            } else {
                parser.skipChildren();
            }
        }
        return new Envelope(type, offset, length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
