package io.magpie.bench.verify;

import io.magpie.bench.verify.Entry.Kind;

/**
 * A history made by hand: room {@code r}, epoch {@code e}, and messages whose time follows their seq. All have new
 * connections after {@link #reconnects}.
 */
final class Scene {
    private static final long RESTART_MILLIS = 3_000;

    private final Checker checker = new Checker(new Checker.Bounds(RESTART_MILLIS, false));
    private String epoch = "e";
    private long connection = 1;
    private long time;

    Scene epoch(String name) {
        epoch = name;
        return this;
    }

    Scene reconnects() {
        connection++;
        return this;
    }

    Scene enters(int client, long head, String how) {
        add(Kind.CONNECTED, client, 0, "", "user");
        return add(Kind.ENTERED, client, head, "", how);
    }

    Scene sends(int client, String payload) {
        return add(Kind.SEND, client, 1, payload, "");
    }

    Scene ok(int client, String payload, long seq, String how) {
        return add(Kind.OK, client, seq, payload, how);
    }

    /** Sent, answered and delivered to its sender, as it should be. */
    Scene says(int client, String payload, long seq) {
        return sends(client, payload).ok(client, payload, seq, "").gets(client, payload, seq);
    }

    Scene gets(int client, String payload, long seq) {
        return add(Kind.DELIVERED, client, seq, payload, "");
    }

    Scene gap(int client, long from, long to) {
        return put(new Entry(++time, Kind.GAP, client, connection(client), "r", "", from, to, "", "trimmed"));
    }

    Scene reads(int client) {
        return add(Kind.READ, client, 0, "", "");
    }

    Scene paged(int client, String payload, long seq) {
        return add(Kind.PAGED, client, seq, payload, "");
    }

    Scene page(int client, long last) {
        return add(Kind.PAGE, client, last, "", "");
    }

    Scene add(Kind kind, int client, long seq, String payload, String note) {
        return put(new Entry(++time, kind, client, connection(client), "r", epoch, seq, at(kind, seq), payload, note));
    }

    Scene put(Entry entry) {
        checker.accept(entry);
        return this;
    }

    /** All rest; the final log is these, from seq 1 on. */
    Verdict finalLog(String... payloads) {
        rests();
        for (int i = 0; i < payloads.length; i++) {
            add(Kind.STORED, -1, i + 1L, payloads[i], "");
        }
        add(Kind.LOG, -1, payloads.length, "", "");
        return finish();
    }

    Scene rests() {
        return put(Entry.ofBench(++time, Kind.PHASE, 0, "final"));
    }

    Verdict finish() {
        return checker.finish();
    }

    private long connection(int client) {
        return connection * 1_000 + client;
    }

    private static long at(Kind kind, long seq) {
        return kind == Kind.LOG || kind == Kind.PAGE ? 0 : 1_000 + seq;
    }
}
