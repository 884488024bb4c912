package io.magpie.gateway.session;

import io.magpie.protocol.CloseCode;
import io.netty.buffer.ByteBuf;

/** What a connection's frames mean. All methods are called on the connection's loop. */
public interface Session {
    /** The upgrade is done; frames may follow. Called once, first. */
    void onOpen();

    /** A whole text message in valid UTF-8; borrowed for the call. */
    void onText(ByteBuf payload);

    /** A whole binary message; borrowed for the call. */
    void onBinary(ByteBuf payload);

    /** Who this is. */
    Clients.Client describe();

    /** What the client may do has changed: it leaves where it may not be any more. */
    void recheck();

    /** The server is going to close the connection so many milliseconds from now. */
    void onLeaving(long afterMillis, String reason);

    /** The server is about to send its close frame; the last chance to say something. Called at most once. */
    void onClosing(CloseCode code, String reason);

    /** The connection is gone. Called once, last. */
    void onClosed();
}
