package io.magpie.gateway.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which mini-program a request comes from, as far as its {@code Referer} says. Everybody can send one: a hint, no proof.
 *
 * @param version a number; 0 of a trial, {@code devtools} while it is developed
 */
public record MiniProgram(String appid, String version) {
    /** What WeChat sends: the appid, the version (0 trial, devtools while developing) and a page. */
    private static final Pattern REFERER = Pattern.compile(
            "https://servicewechat\\.com/([A-Za-z0-9_-]{1,64})/([A-Za-z0-9._-]{1,32})/page-frame\\.html");

    /** What a {@code Referer} says, if it is one of WeChat's. */
    public static Optional<MiniProgram> of(String referer) {
        Matcher program = REFERER.matcher(referer);
        return program.matches() ? Optional.of(new MiniProgram(program.group(1), program.group(2))) : Optional.empty();
    }
}
