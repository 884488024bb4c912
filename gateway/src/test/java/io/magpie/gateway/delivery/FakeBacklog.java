package io.magpie.gateway.delivery;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** A room's backlog that answers when the test says so. */
final class FakeBacklog implements Backlog {
    /** The positions asked for, in order. */
    final List<Long> asked = new ArrayList<>();

    private final Queue<Reader> readers = new ArrayDeque<>();

    @Override
    public void next(Reader reader, long after) {
        asked.add(after);
        readers.add(reader);
    }

    /** Answers the oldest question with a message. */
    ByteBuf answer(String frames, long last, boolean live) {
        return answer(new Page(Unpooled.copiedBuffer(frames, StandardCharsets.UTF_8), 1, last, live, false));
    }

    void answerWithGap(String frames, long last) {
        answer(new Page(Unpooled.copiedBuffer(frames, StandardCharsets.UTF_8), 1, last, true, true));
    }

    void fail() {
        readers.remove().onFailure();
    }

    private ByteBuf answer(Page page) {
        readers.remove().onPage(page);
        return page.frames();
    }
}
