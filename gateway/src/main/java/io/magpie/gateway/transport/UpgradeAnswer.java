package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Writes the answer to a good request to upgrade (RFC 6455 section 4.2.2): all but three values of it are the same for
 * everybody. One for each event loop, since the digest is used again.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class UpgradeAnswer {
    private static final byte[] HEAD = ascii("HTTP/1.1 101 Switching Protocols\r\n"
            + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ");
    private static final byte[] PROTOCOL = ascii("\r\nSec-WebSocket-Protocol: ");
    private static final byte[] EXTENSIONS = ascii("\r\nSec-WebSocket-Extensions: ");
    private static final byte[] END = ascii("\r\n\r\n");

    /** What makes the accept key differ from any that a server might give by chance. */
    private static final byte[] GUID = ascii("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");

    private static final int DIGEST_BYTES = 20;
    private static final int ACCEPT_CHARS = 28;
    private static final int VALUES = 128;

    private final MessageDigest sha1;
    private final byte[] digest = new byte[DIGEST_BYTES];
    private final byte[] accept = new byte[ACCEPT_CHARS];

    UpgradeAnswer() {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /** The whole answer, for the caller to release. */
    ByteBuf to(UpgradeRequest.Accepted request, ByteBufAllocator allocator) {
        String protocol = request.handshake().encoding().subProtocol();
        ByteBuf answer = allocator.buffer(HEAD.length + ACCEPT_CHARS + VALUES);
        answer.writeBytes(HEAD).writeBytes(accept(request.key()));
        if (!protocol.isEmpty()) {
            answer.writeBytes(PROTOCOL).writeCharSequence(protocol, StandardCharsets.US_ASCII);
        }
        request.deflate()
                .ifPresent(offer ->
                        answer.writeBytes(EXTENSIONS).writeCharSequence(offer.answer(), StandardCharsets.US_ASCII));
        return answer.writeBytes(END);
    }

    private byte[] accept(String key) {
        try {
            sha1.update(ascii(key));
            sha1.update(GUID);
            sha1.digest(digest, 0, DIGEST_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("a SHA-1 digest has 20 bytes", e);
        }
        Base64.getEncoder().encode(digest, accept);
        return accept;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
