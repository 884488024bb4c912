package io.magpie.gateway.doctor;

import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.config.EdgeConfig;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.config.ManagementConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is allowed but seldom meant in the configuration. {@code check-config} says what is wrong.
 *
 * @param url as phones know the gateway, if that was said
 */
record Settings(GatewayConfig config, @Nullable PublicUrl url) {
    static final String WHAT = "configuration";

    /** nginx and many load balancers cut a silent connection after this, unless told otherwise. */
    private static final Duration PROXIES = Duration.ofSeconds(60);

    List<Finding> look() {
        List<Finding> findings = new ArrayList<>();
        auth(findings);
        management(findings);
        proxies(findings);
        rest(findings);
        if (findings.isEmpty()) {
            findings.add(Finding.ok(WHAT, "nothing that looks unintended"));
        }
        return findings;
    }

    private void auth(List<Finding> findings) {
        AuthConfig auth = config.auth();
        boolean none = auth.kind() == AuthConfig.Kind.NONE;
        if (none && !Hosts.loopback(config.listen().host())) {
            findings.add(Finding.warn(
                    WHAT,
                    "auth.kind is none, and listen.host is " + config.listen().host()
                            + ": whoever reaches it may join and" + " send everywhere",
                    "Let your backend sign tokens and set auth.kind to jwt."));
        }
        if (none && config.resume().secret().isEmpty()) {
            findings.add(Finding.warn(
                    WHAT,
                    "resume.secret is empty: guests become others when the gateway restarts",
                    "Set it, for example by MAGPIE_RESUME_SECRET."));
        }
        if (!none && auth.tokenInQuery()) {
            findings.add(Finding.warn(
                    WHAT,
                    "auth.token-in-query: proxies write tokens into their logs",
                    "Send them in connect or as Authorization, or keep them out of the proxy's log."));
        }
    }

    private void management(List<Finding> findings) {
        ManagementConfig management = config.management();
        if (management.enabled() && !Hosts.loopback(management.host())) {
            findings.add(
                    management.key().isEmpty()
                            ? Finding.warn(
                                    WHAT,
                                    "management.host is " + management.host()
                                            + " without management.key: others see metrics and"
                                            + " health, and the API answers only this machine",
                                    "Set management.key, and let a firewall keep the public from that port.")
                            : Finding.warn(
                                    WHAT,
                                    "management.host is " + management.host()
                                            + ": others see metrics and health, and the API"
                                            + " takes the key without TLS",
                                    "Let a firewall keep the public from that port."));
        }
    }

    private void proxies(List<Finding> findings) {
        EdgeConfig edge = config.edge();
        GatewayConfig.Listen listen = config.listen();
        boolean behind = Hosts.loopback(listen.host())
                || (url != null && !Hosts.loopback(url.host()) && url.port() != listen.port());
        if (behind && edge.trustedProxies().isEmpty()) {
            findings.add(Finding.warn(
                    WHAT,
                    "edge.trusted-proxies is empty, and there seems to be a proxy in front: all clients are one address to the"
                            + " limits and to bans, and none at all if that is this machine's",
                    "List the proxy's network, and let it set X-Forwarded-For."));
        }
        if (edge.trustedProxies().stream().anyMatch(network -> network.endsWith("/0"))) {
            findings.add(Finding.fail(
                    WHAT,
                    "edge.trusted-proxies trusts everybody: whoever connects can say to be any address",
                    "List the networks of your proxies only."));
        }
        if (url != null && !edge.hosts().isEmpty() && !serves(edge.hosts(), url)) {
            findings.add(Finding.fail(
                    WHAT,
                    "edge.hosts doesn't have " + url.host() + " of --url: its clients are answered with 421",
                    "Add it."));
        }
    }

    private static boolean serves(List<String> hosts, PublicUrl url) {
        String authority = url.authority().toLowerCase(Locale.ROOT);
        String name = authority.replaceFirst(":\\d+$", "");
        return hosts.stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .anyMatch(host -> host.equals(authority) || host.equals(name));
    }

    private void rest(List<Finding> findings) {
        GatewayConfig.Heartbeat heartbeat = config.heartbeat();
        if (heartbeat.interval().compareTo(PROXIES) >= 0) {
            findings.add(Finding.warn(
                    WHAT,
                    "heartbeat.interval is " + heartbeat.interval().toSeconds()
                            + " s: nginx cuts silent connections after 60 s"
                            + " unless told otherwise, carriers some minutes later",
                    "25s suits both."));
        }
        if (config.log().kind() == GatewayConfig.LogKind.DISK
                && config.log().durability() == GatewayConfig.Durability.PROCESS) {
            findings.add(Finding.warn(
                    WHAT,
                    "log.durability is process: a loss of power may take what was answered with ok in the last second",
                    "Set it to fsync unless you mean that."));
        }
    }
}
