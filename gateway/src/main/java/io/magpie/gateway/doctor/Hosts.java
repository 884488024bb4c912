package io.magpie.gateway.doctor;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** What can be said of a host without asking anybody. */
final class Hosts {
    private Hosts() {}

    /** Whether it is this machine and nobody else can come there. */
    static boolean loopback(String host) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        if (address == null) {
            return host.equalsIgnoreCase("localhost");
        }
        try {
            return InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
