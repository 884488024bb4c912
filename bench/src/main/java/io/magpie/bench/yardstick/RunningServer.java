package io.magpie.bench.yardstick;

import java.util.List;

/** A started server; it listens on 127.0.0.1. Closing it ends the processes that it started, and only those. */
public interface RunningServer extends AutoCloseable {
    int port();

    /** The processes whose CPU time is the server's. */
    List<Long> pids();

    /** Ends it; returns when it is gone. */
    @Override
    void close();
}
