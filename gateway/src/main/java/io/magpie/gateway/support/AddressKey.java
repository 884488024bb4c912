package io.magpie.gateway.support;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** An address as it counts for limits: all of IPv4, or the first 64 bits of IPv6, which one customer has whole. */
public record AddressKey(boolean v4, long bits) {
    /** The key of an address. */
    public static AddressKey of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? new AddressKey(true, bytes.getInt())
                : new AddressKey(false, bytes.getLong());
    }
}
