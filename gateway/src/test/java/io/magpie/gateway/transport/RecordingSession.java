package io.magpie.gateway.transport;

import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.Frames;
import io.magpie.gateway.session.Clients;
import io.magpie.gateway.session.Handshake;
import io.magpie.gateway.session.Session;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A session that writes down what it is told. */
final class RecordingSession implements Session {
    final Connection connection;
    final Handshake handshake;
    final List<String> events = new ArrayList<>();
    final List<byte[]> texts = new ArrayList<>();
    final List<byte[]> binaries = new ArrayList<>();

    /** Thrown at the next message, or at the close. */
    private RuntimeException failure;

    RecordingSession(Connection connection, Handshake handshake) {
        this.connection = connection;
        this.handshake = handshake;
    }

    void failNext() {
        failure = new IllegalStateException("planned by the test");
    }

    /** Sends a text to the client, as a session does. */
    void say(String text) {
        connection.send(frame(text));
    }

    /** A text frame of the server; the caller's to release. */
    static ByteBuf frame(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf frame = Unpooled.buffer(Frames.MAX_HEADER + bytes.length);
        Frames.header(frame, Frames.TEXT, false, bytes.length);
        return frame.writeBytes(bytes);
    }

    @Override
    public void onOpen() {
        events.add("open");
    }

    @Override
    public void onText(ByteBuf payload) {
        if (failure != null) {
            throw failure;
        }
        texts.add(ByteBufUtil.getBytes(payload));
        events.add("text " + payload.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void onBinary(ByteBuf payload) {
        byte[] bytes = ByteBufUtil.getBytes(payload);
        binaries.add(bytes);
        events.add("binary " + bytes.length);
    }

    @Override
    public Clients.Client describe() {
        return new Clients.Client(
                connection.id(), new Sender(new UserId("somebody"), null), null, null, null, "plain", 0);
    }

    @Override
    public void recheck() {
        events.add("recheck");
    }

    @Override
    public void onLeaving(long afterMillis, String reason) {
        events.add("leaving in " + afterMillis + " " + reason);
    }

    @Override
    public void onClosing(CloseCode code, String reason) {
        if (failure != null) {
            throw failure;
        }
        events.add("closing " + code.code());
    }

    @Override
    public void onClosed() {
        events.add("closed");
    }
}
