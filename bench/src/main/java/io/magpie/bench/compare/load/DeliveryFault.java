package io.magpie.bench.compare.load;

/** A server did what it must not do: lost, doubled or reordered a message, or broke the WebSocket protocol. */
final class DeliveryFault extends Exception {
    private static final long serialVersionUID = 1;

    DeliveryFault(String what) {
        super(what);
    }

    /** What happened, in one line. */
    String what() {
        return String.valueOf(getMessage());
    }
}
