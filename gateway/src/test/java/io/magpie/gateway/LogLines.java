package io.magpie.gateway;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.util.stream.Collectors;

/** What was logged so far, while others go on logging. */
final class LogLines {
    private LogLines() {}

    /** All messages, each on a line, and after it what was thrown, with its causes. */
    static String of(ListAppender<ILoggingEvent> log) {
        // An appender adds to its list with its own lock.
        synchronized (log) {
            return log.list.stream().map(LogLines::text).collect(Collectors.joining("\n"));
        }
    }

    private static String text(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        String message = event.getFormattedMessage();
        return thrown == null ? message : message + '\n' + ThrowableProxyUtil.asString(thrown);
    }
}
