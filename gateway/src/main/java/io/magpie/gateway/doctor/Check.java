package io.magpie.gateway.doctor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Something to look at, on a thread of its own, for a bounded time.
 *
 * @param what is looked at, for the case that the look itself fails
 * @param patience after which it is given up
 * @param look finds; may block and may throw
 */
record Check(String what, Duration patience, Callable<List<Finding>> look) {
    private static final Duration USUAL = Duration.ofSeconds(5);

    static Check of(String what, Callable<List<Finding>> look) {
        return new Check(what, USUAL, look);
    }

    /** Looks. Never throws for what goes wrong in it: that is a finding too. */
    List<Finding> run() {
        FutureTask<List<Finding>> task = new FutureTask<>(look);
        Thread thread = new Thread(task, "magpie-doctor");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            task.cancel(true);
            return List.of(Finding.fail(
                    what,
                    "the check didn't end within " + patience.toSeconds() + " s",
                    "Something that it asks neither answers nor refuses; look for a firewall or a disk that hangs."));
        } catch (ExecutionException e) {
            return List.of(failed(String.valueOf(e.getCause())));
        } catch (CancellationException e) {
            return List.of(failed(e.toString()));
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            return List.of(failed("interrupted"));
        }
    }

    private Finding failed(String cause) {
        return Finding.fail(what, "the check failed: " + cause, "");
    }
}
