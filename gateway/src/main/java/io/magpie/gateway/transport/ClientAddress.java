package io.magpie.gateway.transport;

import io.magpie.gateway.config.Cidr;
import io.magpie.gateway.config.EdgeConfig;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is behind a connection: the peer, or, if that is a trusted proxy, the nearest hop that isn't one. Everything further
 * from us in {@code X-Forwarded-For} could have been made up by the client. Immutable; any thread.
 */
final class ClientAddress {
    /** Chains of proxies are short; a longer list is noise. */
    private static final int MAX_HOPS = 32;

    private final List<Cidr> trusted;

    ClientAddress(EdgeConfig config) {
        this.trusted = config.trustedProxies().stream().map(Cidr::parse).toList();
    }

    /** Whether what an address says of others is believed. */
    boolean trusted(InetAddress address) {
        for (Cidr network : trusted) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The client behind a peer.
     *
     * @param forwarded all of {@code X-Forwarded-For}, in order; null if there is none
     */
    InetAddress of(InetAddress peer, @Nullable String forwarded) {
        if (forwarded == null || trusted.isEmpty() || !trusted(peer)) {
            return peer;
        }
        List<String> hops = UpgradeHeaders.tokens(forwarded);
        for (int i = hops.size() - 1; i >= 0 && hops.size() - i <= MAX_HOPS; i--) {
            InetAddress hop = parse(hops.get(i));
            if (hop == null) {
                return peer;
            }
            if (!trusted(hop)) {
                return hop;
            }
        }
        return peer;
    }

    /** An address, perhaps with a port; null if the text is none. Never asks a name server. */
    static @Nullable InetAddress parse(String text) {
        String host = text;
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            host = end < 0 ? text : text.substring(1, end);
        } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            host = text.substring(0, text.indexOf(':'));
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        if (bytes == null) {
            return null;
        }
        try {
            // Makes IPv4 of an IPv4 address that is written as IPv6.
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
