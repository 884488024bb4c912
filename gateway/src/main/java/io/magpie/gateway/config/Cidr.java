package io.magpie.gateway.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A network of addresses: {@code 10.0.0.0/8}, {@code fd00::/8}, or one address. Immutable. */
public final class Cidr {
    private final String text;
    private final byte[] network;
    private final int bits;

    private Cidr(String text, byte[] network, int bits) {
        this.text = text;
        this.network = network;
        this.bits = bits;
    }

    /**
     * The network of a text.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        byte[] network = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        int bits = network == null ? 0 : bits(slash < 0 ? null : text.substring(slash + 1), network.length * Byte.SIZE);
        if (network == null || bits < 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no network; expected an address, or one with a length as in 10.0.0.0/8");
        }
        return new Cidr(text, network, bits);
    }

    private static int bits(@Nullable String text, int most) {
        if (text == null) {
            return most;
        }
        try {
            int bits = Integer.parseInt(text);
            return bits <= most ? bits : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Whether the address lies in the network. */
    public boolean contains(InetAddress address) {
        byte[] other = address.getAddress();
        if (other.length != network.length) {
            return false;
        }
        int whole = bits / Byte.SIZE;
        for (int i = 0; i < whole; i++) {
            if (other[i] != network[i]) {
                return false;
            }
        }
        int rest = Byte.SIZE - bits % Byte.SIZE;
        return rest == Byte.SIZE || (other[whole] ^ network[whole]) >> rest == 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
