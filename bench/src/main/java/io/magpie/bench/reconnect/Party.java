package io.magpie.bench.reconnect;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all clients share; all but the sites belongs to the loop.
 *
 * @param sites where one can be
 * @param random of the clients: when to try again
 * @param connections counts those of all clients
 * @param text of every message, as JSON in ASCII
 */
record Party(
        List<Site> sites,
        EventLoop loop,
        Bootstrap bootstrap,
        SplittableRandom random,
        AtomicLong connections,
        Book book,
        String text) {}
