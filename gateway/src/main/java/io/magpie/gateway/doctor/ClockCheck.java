package io.magpie.gateway.doctor;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The clock beside others' {@code Date} (RFC 9110 section 6.6.1): tokens are good by the clock. */
record ClockCheck(@Nullable PublicUrl url, @Nullable PublicUrl wechat) {
    static final String WHAT = "clock";
    private static final Duration TOO_MUCH = Duration.ofSeconds(30);
    private static final Duration MUCH = Duration.ofSeconds(5);

    List<Finding> look() {
        List<PublicUrl> others = new ArrayList<>();
        if (wechat != null) {
            others.add(wechat);
        }
        if (url != null) {
            others.add(url);
        }
        for (PublicUrl other : others) {
            Optional<Finding> finding = beside(other);
            if (finding.isPresent()) {
                return List.of(finding.get());
            }
        }
        return List.of(Finding.skipped(
                WHAT, others.isEmpty() ? "nobody to compare with: give --url" : "nobody that was asked says a Date"));
    }

    private static Optional<Finding> beside(PublicUrl other) {
        Instant asked = Instant.now();
        try (RawHttp http = RawHttp.open(other)) {
            String date = http.ask("GET / HTTP/1.1\r\nHost: " + other.authority() + "\r\nConnection: close\r\n\r\n")
                    .header("date");
            Instant middle = asked.plus(Duration.between(asked, Instant.now()).dividedBy(2));
            return date.isEmpty() ? Optional.empty() : Optional.of(judge(other.host(), date, middle));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Compares.
     *
     * @param date as the other has said it, which is cut to seconds
     * @param now here, at that time
     */
    static Finding judge(String other, String date, Instant now) {
        Instant theirs;
        try {
            theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException e) {
            return Finding.skipped(WHAT, other + " says a Date that isn't one");
        }
        Duration off = Duration.between(theirs, now);
        String found = Math.abs(off.toSeconds()) < 2
                ? "as that of " + other
                : Math.abs(off.toSeconds()) + " s " + (off.isNegative() ? "behind" : "ahead of") + " that of " + other;
        String advice =
                "Let it be set by NTP (timedatectl set-ntp true): tokens are good by the clock, and auth.jwt.leeway"
                        + " allows 60 s between all who make and read them.";
        if (off.abs().compareTo(TOO_MUCH) > 0) {
            return Finding.fail(WHAT, found, advice);
        }
        return off.abs().compareTo(MUCH) > 0 ? Finding.warn(WHAT, found, advice) : Finding.ok(WHAT, found);
    }
}
