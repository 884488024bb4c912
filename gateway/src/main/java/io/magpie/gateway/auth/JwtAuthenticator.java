package io.magpie.gateway.auth;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges JWTs on threads of its own, since a signature takes up to a millisecond and keys may have to be fetched. Any
 * thread.
 */
public final class JwtAuthenticator implements Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(JwtAuthenticator.class);
    private static final int THREADS = 2;

    /** Some seconds of work. Whoever comes when as many wait is told to come again. */
    private static final int MAX_WAITING = 8_192;

    private final JwtVerifier verifier;
    private final ThreadPoolExecutor threads;

    public JwtAuthenticator(JwtVerifier verifier) {
        this.verifier = verifier;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "magpie-auth");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void judge(String token, Consumer<Verdict> then) {
        if (token.length() > JwtVerifier.MAX_CHARS) {
            // Refused unread, so it needn't wait; many of them would fill the memory.
            then.accept(verdict(token));
            return;
        }
        try {
            threads.execute(() -> then.accept(verdict(token)));
        } catch (RejectedExecutionException e) {
            then.accept(new Verdict.Refused(Verdict.Reason.UNAVAILABLE, "too many come at once; come again"));
        }
    }

    private Verdict verdict(String token) {
        try {
            return verifier.verify(token);
        } catch (RuntimeException e) {
            // A token that nobody has thought of is bad, whatever it does.
            LOG.error("auth.failed", e);
            return new Verdict.Refused(Verdict.Reason.BAD, "the token can't be read");
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
