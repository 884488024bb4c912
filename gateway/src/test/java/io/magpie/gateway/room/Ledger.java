package io.magpie.gateway.room;

import io.magpie.protocol.Message;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What members saw, against what may be. Any thread. */
final class Ledger {
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Map<String, String> texts = new ConcurrentHashMap<>();

    /** Two members must not see two messages at one place. */
    void saw(String who, String epoch, Message message) {
        String place = message.room() + "/" + epoch + "/" + message.seq();
        String text = TestMember.text(message);
        String before = texts.putIfAbsent(place, text);
        if (before != null && !before.equals(text)) {
            fault(who + " saw " + text + " at " + place + ", others saw " + before);
        }
    }

    void fault(String what) {
        faults.add(what);
    }

    List<String> faults() {
        return List.copyOf(faults);
    }

    /** How many different places of logs were seen. */
    int places() {
        return texts.size();
    }
}
