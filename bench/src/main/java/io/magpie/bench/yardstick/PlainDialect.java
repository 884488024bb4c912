package io.magpie.bench.yardstick;

import java.util.List;

/** A message is a text frame, and is nothing but the payload; the room is in the query of the upgrade request. */
enum PlainDialect implements Dialect {
    INSTANCE;

    @Override
    public String path(int room) {
        return "/ws?room=r" + room;
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
        return List.of();
    }

    @Override
    public boolean admits(byte[] message) {
        return true;
    }

    @Override
    public byte[] publish(int room, byte[] payload) {
        return payload.clone();
    }

    @Override
    public void read(byte[] message, Sink sink) {
        sink.payload(message, 0, message.length);
    }
}
