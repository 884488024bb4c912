package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.fuzz.FuzzInput;
import io.magpie.gateway.fuzz.LoggedErrors;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes where a PROXY header must stand, then a good request to upgrade. Whatever comes: an upgrade only behind such a
 * header, and of the client that it names; else the end in time; no exception, no buffer that stays.
 */
public final class ProxyFuzz {
    private static final ProductionPipeline.Parts PARTS = ProductionPipeline.Parts.counting(
            "edge.proxy-protocol=true",
            "edge.trusted-proxies=127.0.0.0/8",
            "http.request-timeout=1s",
            "websocket.close-timeout=1s");

    private static final byte[] SIGNATURE = ClientFrame.hex("0d0a0d0a000d0a515549540a");
    private static final Pattern V1 = Pattern.compile("PROXY (TCP4|TCP6|UNKNOWN)(?: (\\S*).*)?\r\n", Pattern.DOTALL);
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");
    private static final int ADDRESSES = 16;
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(3);
    private static final LoggedErrors ERRORS = LoggedErrors.watch();

    private ProxyFuzz() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        FuzzInput input = FuzzInput.of(bytes);
        long held = PARTS.held();
        ERRORS.forget();
        byte[] request = RawRequest.upgrade("/ws").bytes();
        try (ProductionPipeline pipeline = ProductionPipeline.open(PARTS)) {
            input.pieces(input.rest()).forEach(pipeline::receive);
            pipeline.receive(request);
            if (pipeline.sessions.isEmpty()) {
                pipeline.pass(LONG_ENOUGH);
                assertThat(pipeline.isOpen()).as("open without an upgrade").isFalse();
            } else {
                InetAddress client = pipeline.session().handshake.address();
                check(ClientFrame.join(input.rest(), request), Optional.ofNullable(client));
            }
        }
        assertThat(PARTS.held()).as("bytes of buffers that weren't released").isEqualTo(held);
        ERRORS.check();
    }

    /** Holds the client of an upgrade against the header, read by plain means. */
    private static void check(byte[] all, Optional<InetAddress> client) {
        String text = new String(all, StandardCharsets.ISO_8859_1);
        if (text.startsWith("PROXY ")) {
            Matcher header = V1.matcher(text.substring(0, text.indexOf("\r\n") + 2));
            assertThat(header.matches()).as("a header of version 1 in %s", text).isTrue();
            if (header.group(1).equals("UNKNOWN")) {
                assertThat(client).isEmpty();
            } else {
                checkNamed(client, named(header.group(2)));
            }
        } else {
            assertThat(all).as("a header").startsWith(SIGNATURE);
            checkBinary(all, client);
        }
    }

    private static void checkBinary(byte[] all, Optional<InetAddress> client) {
        assertThat(all[12] >> 4 & 15).as("version").isEqualTo(2);
        boolean proxied = (all[12] & 15) == 1;
        int family = all[13] >> 4 & 15;
        if (!proxied || family == 0) {
            assertThat(client).as("nobody is named").isEmpty();
        } else {
            assertThat(family).as("a family that has addresses of the network").isLessThan(3);
            int length = family == 1 ? 4 : 16;
            checkNamed(client, address(Arrays.copyOfRange(all, ADDRESSES, ADDRESSES + length)));
        }
    }

    /** The client is who is named; unless that is a proxy itself, which may go on to name another in the request. */
    private static void checkNamed(Optional<InetAddress> client, Optional<InetAddress> named) {
        if (named.isPresent() && !named.get().isLoopbackAddress()) {
            assertThat(client).isEqualTo(named);
        }
    }

    /** The address that a text stands for, where the JDK knows one. */
    private static Optional<InetAddress> named(String source) {
        Matcher parts = IPV4.matcher(source);
        if (parts.matches()) {
            byte[] bytes = new byte[4];
            for (int i = 0; i < 4; i++) {
                bytes[i] = (byte) Integer.parseInt(parts.group(i + 1));
            }
            return address(bytes);
        }
        try {
            // With a colon it is no name, so nobody is asked.
            return IPV6.matcher(source).matches() ? Optional.of(InetAddress.getByName(source)) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static Optional<InetAddress> address(byte[] bytes) {
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
