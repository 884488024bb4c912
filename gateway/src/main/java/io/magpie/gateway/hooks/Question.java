package io.magpie.gateway.hooks;

/** What the business backend is asked. */
enum Question {
    /** Who a client is. */
    CONNECT,
    /** Whether it may be in a room. */
    JOIN,
    /** Whether it may say something. */
    SEND
}
