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
        this.hosts = lower(config.hosts());
        this.origins = lower(config.origins());
        this.appids = Set.copyOf(config.appids());
    }

    /** Why a request isn't welcome, if it isn't. */
    Optional<UpgradeRequest.Refused> refuse(UpgradeHeaders headers) {
        if (!hosts.isEmpty() && !host(headers.host().toLowerCase(Locale.ROOT))) {
            return refused(UpgradeOutcome.BAD_HOST, 421, "misdirected", "this host isn't served here");
        }
        if (!origins.isEmpty() && !origin(headers.origin())) {
            return refused(UpgradeOutcome.BAD_ORIGIN, 403, "forbidden_origin", "pages of this origin may not connect");
        }
        if (!appids.isEmpty() && !app(headers.referer())) {
            return refused(UpgradeOutcome.BAD_APP, 403, "forbidden_app", "this mini-program may not connect");
        }
        return Optional.empty();
    }

    private boolean host(String host) {
        int port = host.lastIndexOf(':');
        return hosts.contains(host) || (port > host.lastIndexOf(']') && hosts.contains(host.substring(0, port)));
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

    private static Optional<UpgradeRequest.Refused> refused(
            UpgradeOutcome outcome, int status, String code, String message) {
        return Optional.of(new UpgradeRequest.Refused(outcome, HttpAnswer.error(status, code, message)));
    }

    private static Set<String> lower(List<String> texts) {
        return texts.stream().map(text -> text.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }
}
