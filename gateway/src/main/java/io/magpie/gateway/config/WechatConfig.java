package io.magpie.gateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Login of mini-programs: what {@code wx.login} gives for a token.
 *
 * @param apps mini-programs as {@code APPID=SECRET}; the secret may also be {@code env:NAME}, a variable, or
 *     {@code file:PATH}, a file that holds nothing else
 * @param url where WeChat's API is; https, or http of this machine
 * @param ttl how long a token is good
 * @param rooms that a token says it may be in and send in; if empty, it doesn't say, and {@code auth.rooms} counts
 * @param preferUnionid whether users are known by their {@code unionid}, the same in all apps of one owner, where WeChat
 *     sends one, instead of by their {@code openid}
 * @param timeout of one answer of WeChat, from the connection to its last byte
 * @param loginsPerAddress in a second, and twice as many at once; 0: any number. Loopback is exempt
 */
public record WechatConfig(
        List<String> apps,
        String url,
        Duration ttl,
        List<String> rooms,
        boolean preferUnionid,
        Duration timeout,
        int loginsPerAddress) {
    static final WechatConfig DEFAULTS = new WechatConfig(
            List.of(), "https://api.weixin.qq.com", Duration.ofHours(2), List.of(), false, Duration.ofSeconds(2), 10);

    private static final int MAX_APPS = 100;
    private static final int MAX_ROOMS = 256;
    private static final int MAX_ROOM_CHARS = 4_096;
    private static final Pattern APP = Pattern.compile("([A-Za-z0-9_-]{1,64})=(\\S.{0,1023})");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /**
     * One of {@link #apps}.
     *
     * @param secret as it is written
     */
    public record App(String appid, String secret) {
        /** Without the secret. */
        @Override
        public String toString() {
            return appid;
        }
    }

    public WechatConfig {
        apps = List.copyOf(apps);
        rooms = List.copyOf(rooms);
        boolean formed = apps.stream().allMatch(app -> APP.matcher(app).matches());
        new Constraints()
                .check(
                        formed && apps.size() <= MAX_APPS,
                        "apps",
                        "must be at most " + MAX_APPS + " of APPID=SECRET, where SECRET may be env:NAME or file:PATH")
                .check(
                        !formed
                                || apps.stream()
                                                .map(WechatConfig::app)
                                                .map(App::appid)
                                                .distinct()
                                                .count()
                                        == apps.size(),
                        "apps",
                        "must have each mini-program once")
                .check(
                        rooms.size() <= MAX_ROOMS
                                && rooms.stream().mapToInt(String::length).sum() <= MAX_ROOM_CHARS,
                        "rooms",
                        "must be at most " + MAX_ROOMS + " of " + MAX_ROOM_CHARS
                                + " characters in all, or tokens become too long")
                .check(isApi(url), "url", "must be an https URL (http only of this machine) without a query")
                .range("ttl", ttl, Duration.ofMinutes(1), Duration.ofDays(400))
                // WeChat may be asked twice, and clients get their answer within half a minute.
                .range("timeout", timeout, Duration.ofMillis(100), Duration.ofSeconds(10))
                .range("logins-per-address", loginsPerAddress, 0, 1_000_000)
                .verify();
    }

    /** The mini-programs, taken apart. */
    public List<App> parsedApps() {
        return apps.stream().map(WechatConfig::app).toList();
    }

    private static App app(String text) {
        Matcher app = APP.matcher(text);
        if (!app.matches()) {
            throw new IllegalArgumentException("no APPID=SECRET");
        }
        return new App(app.group(1), app.group(2));
    }

    /** Secrets go there. */
    private static boolean isApi(String text) {
        try {
            URI url = new URI(text);
            String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
            boolean plain = url.getRawUserInfo() == null && url.getRawQuery() == null && url.getRawFragment() == null;
            return plain
                    && url.getHost() != null
                    && (scheme.equals("https") || (scheme.equals("http") && LOOPBACK.contains(url.getHost())));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "WechatConfig[apps=" + parsedApps() + ", url=" + url + ", ttl=" + ttl + ", rooms=" + rooms
                + ", preferUnionid=" + preferUnionid + ", timeout=" + timeout + ", loginsPerAddress="
                + loginsPerAddress + "]";
    }
}
