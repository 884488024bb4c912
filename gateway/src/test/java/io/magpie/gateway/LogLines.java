package io.magpie.gateway;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

/** What was logged so far, while others go on logging. */
final class LogLines {
    private LogLines() {}

    /** All messages, each on a line. */
    static String of(ListAppender<ILoggingEvent> log) {
        // An appender adds to its list with its own lock.
        synchronized (log) {
            return String.join(
                    "\n",
                    log.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
        }
    }
}
