package io.magpie.gateway.wechat;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Codes that WeChat is asked about, each once however many ask, and what it said of others a moment ago: a code is good
 * once, and a client whose answer was lost sends it again. Used by the thread of logins.
 */
@OwnedBy(Owner.HOLDER)
final class Codes {
    /** Codes that WeChat is asked about at a time. */
    static final int MAX_UNDER_WAY = 64;

    /** Clients that wait for one code; there is hardly a reason for two. */
    static final int MAX_WAITING = 16;

    /** Answers that are remembered; the oldest go first. */
    static final int MAX_REMEMBERED = 4_096;

    private final long keepNanos;
    private final Map<AppCode, List<Consumer<Answered>>> underWay = new HashMap<>();
    private final LinkedHashMap<AppCode, Remembered> remembered = new LinkedHashMap<>();

    private record Remembered(Answered answered, long atNanos) {}

    /** What is to be done for somebody who wants to wait. */
    enum Place {
        /** WeChat is to be asked. */
        FIRST,
        /** It is being asked. */
        SHARED,
        /** Nothing: too many wait. */
        NONE
    }

    /** @param keep how long an answer is remembered */
    Codes(Duration keep) {
        this.keepNanos = keep.toNanos();
    }

    /** What was answered a moment ago, or null. */
    @Nullable
    Answered recall(AppCode login, long now) {
        forget(now);
        Remembered known = remembered.get(login);
        return known == null ? null : known.answered();
    }

    /** Waits for what {@link #finish} brings. */
    Place await(AppCode login, Consumer<Answered> then) {
        List<Consumer<Answered>> waiting = underWay.get(login);
        if (waiting == null) {
            if (underWay.size() >= MAX_UNDER_WAY) {
                return Place.NONE;
            }
            List<Consumer<Answered>> first = new ArrayList<>(1);
            first.add(then);
            underWay.put(login, first);
            return Place.FIRST;
        }
        if (waiting.size() >= MAX_WAITING) {
            return Place.NONE;
        }
        waiting.add(then);
        return Place.SHARED;
    }

    /** WeChat has spoken: tells all who wait, and remembers what will stay so. */
    void finish(AppCode login, Answered answered, long now) {
        if (answered.lasting()) {
            forget(now);
            if (remembered.size() >= MAX_REMEMBERED) {
                remembered.remove(remembered.keySet().iterator().next());
            }
            remembered.put(login, new Remembered(answered, now));
        }
        List<Consumer<Answered>> waiting = underWay.remove(login);
        if (waiting != null) {
            waiting.forEach(one -> one.accept(answered));
        }
    }

    /** Answers that are kept. */
    int size() {
        return remembered.size();
    }

    private void forget(long now) {
        Iterator<Remembered> eldest = remembered.values().iterator();
        while (eldest.hasNext() && now - eldest.next().atNanos() >= keepNanos) {
            eldest.remove();
        }
    }
}
