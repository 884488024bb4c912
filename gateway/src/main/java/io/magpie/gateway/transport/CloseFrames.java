package io.magpie.gateway.transport;

import io.magpie.gateway.delivery.Frames;
import io.magpie.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Close frames (RFC 6455 section 5.5.1): how to make them, and how long to wait for the answer. Stateless. */
final class CloseFrames {
    /** Stands for a close frame without a code (RFC 6455 section 7.4.1); it never goes over the wire. */
    static final int NO_CODE = 1005;

    private static final int MAX_REASON = 123;

    /** Below a second, after which clients give a server up that doesn't end the TCP connection (Autobahn's do). */
    private static final Duration IMPATIENCE = Duration.ofMillis(500);

    private static final Set<CloseCode> VIOLATIONS = EnumSet.of(
            CloseCode.PROTOCOL_ERROR,
            CloseCode.UNSUPPORTED_DATA,
            CloseCode.INVALID_DATA,
            CloseCode.POLICY_VIOLATION,
            CloseCode.TOO_BIG,
            CloseCode.INTERNAL_ERROR);

    private CloseFrames() {}

    /** How long to wait for the peer's close frame: a peer that broke the protocol can't be trusted to send one. */
    static Duration patience(CloseCode code, Duration usual) {
        return VIOLATIONS.contains(code) ? IMPATIENCE : usual;
    }

    /** A whole frame, the caller's to release; its reason is cut to what fits. */
    static ByteBuf frame(ByteBufAllocator alloc, int code, String reason) {
        byte[] text = clipped(reason);
        int length = code == NO_CODE ? 0 : 2 + text.length;
        ByteBuf frame = alloc.buffer(Frames.MAX_HEADER + length);
        Frames.header(frame, Frames.CLOSE, false, length);
        return length == 0 ? frame : frame.writeShort(code).writeBytes(text);
    }

    /** A reason as UTF-8, cut between characters to what a control frame holds. */
    private static byte[] clipped(String reason) {
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        int end = Math.min(bytes.length, MAX_REASON);
        while (end < bytes.length && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }
}
