package io.magpie.gateway.http;

/** Answers plain HTTP requests of one port. Called on event loops: it must not block. */
public interface Site {
    HttpAnswer answer(HttpQuestion question);
}
