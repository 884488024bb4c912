package io.magpie.gateway.engine.disk;

import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.DedupWindow;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Refusal;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * What is written at one time: drafts of any rooms, in the order in which they came. They get their places as they are
 * added; when the batch has been written, or not, {@link #settle} makes that true or takes it back.
 */
@OwnedBy(Owner.LOG_WRITER)
final class CommitGroup implements AutoCloseable {
    /** What is announced together becomes one frame for each member; it doesn't grow without bound. */
    private static final int MAX_NEWS = 512;

    private static final long MAX_NEWS_BYTES = 64 * 1_024;

    /** What an append got, as far as the batch is written. */
    private record Placed(Append append, List<Appended> outcomes, List<Message> messages) {}

    private final LogWriter.Books books;
    private final @Nullable Refusal refusal;
    private final WriteBatch batch = new WriteBatch();
    private final List<Placed> placed = new ArrayList<>();
    private final List<RoomLog> touched = new ArrayList<>();
    private int messages;

    /** @param refusal why nothing can be stored now, or null; retries of what is stored are answered in any case */
    CommitGroup(LogWriter.Books books, @Nullable Refusal refusal) {
        this.books = books;
        this.refusal = refusal;
    }

    void add(Append append) throws RocksDBException {
        List<Appended> outcomes = new ArrayList<>(append.drafts().size());
        List<Message> stored = new ArrayList<>(append.drafts().size());
        placed.add(new Placed(append, outcomes, stored));
        for (Draft draft : append.drafts()) {
            Optional<DedupWindow.Entry> seen = books.keys().find(append.log().epoch, draft);
            if (seen.isPresent()) {
                outcomes.add(again(seen.get(), draft));
            } else if (refusal != null) {
                outcomes.add(new Appended.Refused(refusal.code(), refusal.message()));
            } else {
                outcomes.add(store(append.log(), draft, stored));
            }
        }
        messages += stored.size();
    }

    private static Appended again(DedupWindow.Entry first, Draft draft) {
        return first.sameContent(draft)
                ? new Appended.Stored(first.position(), true)
                : new Appended.Refused(ErrorCode.KEY_CONFLICT, "this key was used before with other content");
    }

    private Appended store(RoomLog log, Draft draft, List<Message> stored) throws RocksDBException {
        if (log.mark()) {
            touched.add(log);
        }
        if (log.number() == 0) {
            books.open(log, batch);
        }
        long at = log.nextAt(books.environment().millis().getAsLong());
        Message message =
                new Message(log.id, log.head() + 1, at, draft.from(), draft.key(), draft.kind(), draft.body());
        log.append(message);
        byte[] key = Records.messageKey(log.number(), message.seq());
        batch.put(books.storage().handle(Storage.Family.MESSAGES), key, Records.message(key, message, log.total()));
        books.keys().remember(draft, log.position(), batch);
        stored.add(message);
        return new Appended.Stored(log.position(), false);
    }

    /** How many messages the batch holds. */
    int messages() {
        return messages;
    }

    WriteBatch batch() {
        return batch;
    }

    List<RoomLog> touched() {
        return touched;
    }

    /** The batch was written, or not because of something. */
    void settle(@Nullable Refusal failure) {
        touched.forEach(log -> log.settle(failure == null));
        if (failure == null) {
            return;
        }
        Appended refused = new Appended.Refused(failure.code(), failure.message());
        for (Placed one : placed) {
            String epoch = one.append().log().epoch;
            for (int i = 0; i < one.outcomes().size(); i++) {
                if (isOfThisGroup(one.append().log(), one.outcomes().get(i))) {
                    books.keys().forget(epoch, one.append().drafts().get(i));
                    one.outcomes().set(i, refused);
                }
            }
            one.messages().clear();
        }
    }

    /** New, or the retry of a draft of the same group: neither is stored if the batch wasn't written. */
    private static boolean isOfThisGroup(RoomLog log, Appended outcome) {
        return outcome instanceof Appended.Stored stored
                && stored.position().seq() > log.position().seq();
    }

    /** Tells everybody what became of it, each shard in one task. */
    void answer() {
        Map<Executor, List<Placed>> byShard = new LinkedHashMap<>();
        for (Placed one : placed) {
            byShard.computeIfAbsent(one.append().shard(), shard -> new ArrayList<>())
                    .add(one);
        }
        byShard.forEach((shard, answers) -> LogWriter.post(shard, () -> answer(answers)));
    }

    /** On the shard: the outcomes of all, and what is new in a room at one time, so that it is delivered at one time. */
    private static void answer(List<Placed> answers) {
        Map<RoomLog, News> rooms = new LinkedHashMap<>();
        for (Placed one : answers) {
            one.append().answer().onCommitted(one.outcomes());
            if (!one.messages().isEmpty()) {
                rooms.computeIfAbsent(one.append().log(), log -> new News()).add(one);
            }
        }
        rooms.values().forEach(News::announce);
    }

    /** What is new in one room. Belongs to the task that announces it. */
    @OwnedBy(Owner.ROOM_SHARD)
    private static final class News {
        private final List<Message> messages = new ArrayList<>();
        private long bytes;
        private Append.@Nullable Answer last;

        void add(Placed placed) {
            long more = placed.append().bytes();
            if (messages.size() + placed.messages().size() > MAX_NEWS || bytes + more > MAX_NEWS_BYTES) {
                announce();
            }
            messages.addAll(placed.messages());
            bytes += more;
            last = placed.append().answer();
        }

        void announce() {
            if (last != null && !messages.isEmpty()) {
                last.announce(List.copyOf(messages));
                messages.clear();
                bytes = 0;
            }
        }
    }

    /** Nothing of it could even be put together. */
    static void refuse(Append append, Refusal refusal) {
        Appended refused = new Appended.Refused(refusal.code(), refusal.message());
        List<Appended> outcomes = Collections.nCopies(append.drafts().size(), refused);
        LogWriter.post(append.shard(), () -> append.answer().onCommitted(outcomes));
    }

    @Override
    public void close() {
        batch.close();
    }
}
