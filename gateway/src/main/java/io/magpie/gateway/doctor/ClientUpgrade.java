package io.magpie.gateway.doctor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/**
 * A request to upgrade as a mini-program makes it (RFC 6455 section 4.1).
 *
 * @param text the whole request
 * @param accept what the answer must say
 */
record ClientUpgrade(PublicUrl url, String text, String accept) {
    static final String PROTOCOL = "magpie.v1.json";
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    /** @param appids that may connect; with none there is no {@code Referer} */
    static ClientUpgrade to(PublicUrl url, List<String> appids) {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        String key = Base64.getEncoder().encodeToString(random);
        String referer = appids.isEmpty()
                ? ""
                : "Referer: https://servicewechat.com/" + appids.get(0) + "/0/page-frame.html\r\n";
        String text = "GET " + url.target() + " HTTP/1.1\r\nHost: " + url.authority()
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + key + "\r\nSec-WebSocket-Protocol: " + PROTOCOL + "\r\nUser-Agent: magpie-doctor\r\n" + referer
                + "\r\n";
        return new ClientUpgrade(url, text, acceptOf(key));
    }

    static String acceptOf(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
