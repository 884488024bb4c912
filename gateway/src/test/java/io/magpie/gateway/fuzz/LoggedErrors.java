package io.magpie.gateway.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Exceptions that the gateway catches, logs as an error and turns into the end of the connection: the last line of
 * defence, which no input may reach. Used by one thread.
 */
public final class LoggedErrors extends AppenderBase<ILoggingEvent> {
    private @Nullable ILoggingEvent first;

    private LoggedErrors() {}

    /** Begins to listen. */
    public static LoggedErrors watch() {
        LoggedErrors errors = new LoggedErrors();
        Logger gateway = (Logger) LoggerFactory.getLogger("io.magpie");
        errors.setContext(gateway.getLoggerContext());
        errors.start();
        gateway.addAppender(errors);
        return errors;
    }

    /** Forgets what was logged. */
    public void forget() {
        first = null;
    }

    /**
     * Fails if an error was logged since it was told to forget.
     *
     * @throws AssertionError then
     */
    public void check() {
        ILoggingEvent error = first;
        if (error != null) {
            Throwable cause = error.getThrowableProxy() instanceof ThrowableProxy proxy ? proxy.getThrowable() : null;
            throw new AssertionError("an error was logged: " + error.getFormattedMessage(), cause);
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (first == null && event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            first = event;
        }
    }
}
