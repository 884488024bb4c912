package io.magpie.gateway.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which mini-program a request comes from, as far as its {@code Referer} says. Everybody can send one: a hint, no proof. */
public final class MiniProgram {
    /** What WeChat sends: the appid, the version (0 trial, devtools while developing) and a page. */
    private static final Pattern REFERER = Pattern.compile(
            "https://servicewechat\\.com/([A-Za-z0-9_-]{1,64})/([A-Za-z0-9._-]{1,32})/page-frame\\.html");

    private MiniProgram() {}

    /** The appid in a {@code Referer}, if it is one of WeChat's. */
    public static Optional<String> appid(String referer) {
        Matcher program = REFERER.matcher(referer);
        return program.matches() ? Optional.of(program.group(1)) : Optional.empty();
    }
}
