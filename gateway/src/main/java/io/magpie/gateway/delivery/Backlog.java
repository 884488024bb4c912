package io.magpie.gateway.delivery;

import io.netty.buffer.ByteBuf;

/**
 * Where a member that fell behind gets what it missed: its room, as a member's loop sees it. Any thread may ask; the
 * answer comes on the loop of the reader's connection, in order with the batches that the room posts there.
 */
public interface Backlog {
    /** Who asks, and is answered once for each {@link #next}. */
    interface Reader {
        /** Whose format the page is in, and on whose loop the answer comes. */
        Connection connection();

        /** The next page; its buffer belongs to the reader from now on. */
        void onPage(Page page);

        /** There is no page now, because of a fault of the server. */
        void onFailure();
    }

    /**
     * Messages in the order of their seqs, as whole frames.
     *
     * @param frames a reference for the reader; other readers may hold the same bytes. Not readable if there is nothing
     * @param messages how many
     * @param last the seq of the last one, or the position asked for if there is none
     * @param live whether that is the head, so that everything after it comes live
     * @param gap whether messages before these are lost for good; the frames say which, if the format can
     */
    record Page(ByteBuf frames, int messages, long last, boolean live, boolean gap) {}

    /** Asks for what follows a seq. */
    void next(Reader reader, long after);
}
