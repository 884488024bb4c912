package io.magpie.gateway.transport;

import io.magpie.gateway.config.EdgeConfig;
import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.http.MiniProgram;
import io.magpie.gateway.support.GatewayMetrics.UpgradeOutcome;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** For which hosts, from whose pages and from which mini-programs one may connect. Immutable; any thread. */
final class Visitors {
    /** An origin of another scheme than a page's (RFC 3986 section 3.1), and of one alone. */
    private static final Pattern SHELL = Pattern.compile("(?!https?:)[a-z][a-z0-9+.-]*://[^,]*");

    private final Set<String> hosts;
    private final Set<String> origins;
    private final Set<String> appids;

    Visitors(EdgeConfig config) {
        this(lower(config.hosts()), lower(config.origins()), Set.copyOf(config.appids()));
    }

    private Visitors(Set<String> hosts, Set<String> origins, Set<String> appids) {
        this.hosts = hosts;
        this.origins = origins;
        this.appids = appids;
    }

    /** Everybody, for all hosts. */
    static Visitors everybody() {
        return new Visitors(Set.of(), Set.of(), Set.of());
    }

    /** Why a request to upgrade isn't welcome, if it isn't. */
    Optional<UpgradeRequest.Refused> refuse(UpgradeHeaders headers) {
        if (!serves(headers.host())) {
            return Optional.of(new UpgradeRequest.Refused(UpgradeOutcome.BAD_HOST, misdirected()));
        }
        if (!origins.isEmpty() && !origin(headers.origin())) {
            return forbidden(UpgradeOutcome.BAD_ORIGIN, "forbidden_origin", "pages of this origin may not connect");
        }
        if (!appids.isEmpty() && !app(headers.referer())) {
            return forbidden(UpgradeOutcome.BAD_APP, "forbidden_app", "this mini-program may not connect");
        }
        return Optional.empty();
    }

    /** Whether a host is served here; it may have a port. */
    boolean serves(String name) {
        if (hosts.isEmpty()) {
            return true;
        }
        String host = name.toLowerCase(Locale.ROOT);
        int port = host.lastIndexOf(':');
        return hosts.contains(host) || (port > host.lastIndexOf(']') && hosts.contains(host.substring(0, port)));
    }

    /** What to say to who asks for another host. */
    static HttpAnswer misdirected() {
        return HttpAnswer.error(421, "misdirected", "this host isn't served here");
    }

    /** A mini-program sends none, a native shell one of its own scheme; {@code null} is a page that hides its origin. */
    private boolean origin(@Nullable String origin) {
        if (origin == null) {
            return true;
        }
        String lower = origin.toLowerCase(Locale.ROOT);
        return SHELL.matcher(lower).matches() || origins.contains(lower);
    }

    private boolean app(String referer) {
        return MiniProgram.of(referer)
                .filter(program ->
                        appids.contains(program.appid()) || appids.contains(program.appid() + "/" + program.version()))
                .isPresent();
    }

    private static Optional<UpgradeRequest.Refused> forbidden(UpgradeOutcome outcome, String code, String message) {
        return Optional.of(new UpgradeRequest.Refused(outcome, HttpAnswer.error(403, code, message)));
    }

    private static Set<String> lower(List<String> texts) {
        return texts.stream().map(text -> text.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }
}
