package io.magpie.gateway.doctor;

import io.magpie.gateway.config.GatewayConfig.IoKind;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The JVM, and which system calls move bytes.
 *
 * @param transports gives the name of the transport of a kind, or throws {@code IllegalStateException}
 */
record JavaCheck(IoKind kind, Function<IoKind, String> transports) {
    static final String WHAT = "Java";
    static final String TRANSPORT = "transport";

    List<Finding> look() {
        return List.of(
                Finding.ok(WHAT, System.getProperty("java.vm.name") + " " + Runtime.version()),
                transport(System.getProperty("os.name", "")));
    }

    Finding transport(String system) {
        String name;
        try {
            name = transports.apply(kind);
        } catch (IllegalStateException e) {
            return Finding.fail(TRANSPORT, String.valueOf(e.getMessage()), "Set transport.kind to auto.");
        }
        boolean linux = system.toLowerCase(Locale.ROOT).startsWith("linux");
        if (kind == IoKind.AUTO && name.equals("nio") && linux) {
            return Finding.warn(
                    TRANSPORT,
                    "nio, since " + whyNoEpoll(),
                    "It works, but takes more CPU, and outbound.kernel-unsent has no effect; see why the native library isn't"
                            + " loaded (a temporary directory mounted noexec?).");
        }
        return Finding.ok(TRANSPORT, name + " (transport.kind " + kind.name().toLowerCase(Locale.ROOT) + ")");
    }

    private String whyNoEpoll() {
        try {
            return transports.apply(IoKind.EPOLL) + " isn't chosen";
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
