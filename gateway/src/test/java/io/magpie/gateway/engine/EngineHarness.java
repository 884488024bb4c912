package io.magpie.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.ByteSize;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the contract of engines works with: an executor, a clock, an engine on them, and ways to ask it and to wait for
 * its answers. Calls are made on the executor, as a shard makes them, so an engine may answer at once or later.
 */
public abstract class EngineHarness {
    private static final long PATIENCE_SECONDS = 10;

    /** Time as the test says it is. */
    public static final class Clock {
        private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
        private final AtomicLong nanos = new AtomicLong(-5);

        public long millis() {
            return millis.get();
        }

        public long nanos() {
            return nanos.get();
        }

        public void advance(Duration span) {
            millis.addAndGet(span.toMillis());
            nanos.addAndGet(span.toNanos());
        }

        /** The wall clock is set; the monotonic one isn't. */
        void setBack(Duration span) {
            millis.addAndGet(-span.toMillis());
        }
    }

    /** What an engine is made of: the executor of its shard, the bounds that it keeps, the time. */
    public record Setup(EventExecutor shard, GatewayConfig.History history, GatewayConfig.Dedup dedup, Clock clock) {}

    /** Takes what the engine announces; checks that it comes on the shard. */
    protected final class Announced implements Engine.Listener {
        private final Map<RoomId, BlockingQueue<Message>> messages = new HashMap<>();

        @Override
        public void onMessages(RoomId room, List<Message> announced) {
            assertThat(shard.inEventLoop()).isTrue();
            assertThat(announced).isNotEmpty();
            queue(room).addAll(announced);
            announced.forEach(this::checkStored);
        }

        public List<Message> take(RoomId room, int count) {
            List<Message> taken = new ArrayList<>();
            BlockingQueue<Message> queue =
                    CompletableFuture.supplyAsync(() -> queue(room), shard).join();
            while (taken.size() < count) {
                try {
                    Message message = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    assertThat(message)
                            .as("message %s of %s in %s", taken.size() + 1, count, room)
                            .isNotNull();
                    taken.add(message);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return taken;
        }

        public BlockingQueue<Message> queue(RoomId room) {
            return messages.computeIfAbsent(room, r -> new LinkedBlockingQueue<>());
        }

        /** History never shows less than what was announced. */
        private void checkStored(Message message) {
            CompletableFuture<Engine.Page> page = new CompletableFuture<>();
            engine.history(
                    new Command.History(message.room(), Command.History.UNSET, message.seq() - 1, 1),
                    page::complete,
                    EngineHarness::unexpected);
            stored.add(page.thenAccept(p -> assertThat(p.messages()).containsExactly(message)));
        }
    }

    protected final DefaultEventExecutor shard = new DefaultEventExecutor();

    protected final Clock clock = new Clock();

    protected final Announced announced = new Announced();

    private final List<CompletableFuture<Void>> stored = new ArrayList<>();

    /** The room of this test. */
    protected final RoomId room = new RoomId("room-" + System.nanoTime());

    private Engine engine;

    private boolean subscribed;

    /** Makes the engine under test, on the shard's thread. */
    protected abstract Engine create(Setup setup);

    @BeforeEach
    void open() {
        engine = CompletableFuture.supplyAsync(
                        () -> create(new Setup(
                                shard,
                                new GatewayConfig.History(1_000, ByteSize.ofKiB(1_024), Duration.ofMinutes(10)),
                                new GatewayConfig.Dedup(Duration.ofMinutes(10), 1_000),
                                clock)),
                        shard)
                .join();
    }

    @AfterEach
    void closeAndCheckHistory() throws Exception {
        checkHistory();
        CompletableFuture.runAsync(engine::close, shard).join();
        shard.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        release();
    }

    /** Waits until it is known of all that was announced so far that history shows it. */
    protected void checkHistory() throws Exception {
        List<CompletableFuture<Void>> checks =
                CompletableFuture.supplyAsync(() -> List.copyOf(stored), shard).join();
        for (CompletableFuture<Void> check : checks) {
            check.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Lets go of what the engine stood on, when nobody asks it any more. */
    protected void release() {}

    /** The engine ends, and another one takes its place, as after a restart of the process. */
    protected void restart() {
        CompletableFuture.runAsync(
                        () -> {
                            engine.close();
                            stored.clear();
                        },
                        shard)
                .join();
        subscribed = false;
        open();
    }

    /** Appends that many messages and waits until all are announced. */
    protected void fill(int count) {
        if (!subscribed) {
            subscribe(room);
        }
        append(room, batch(0, count).toArray(new Draft[0]));
        announced.take(room, count);
    }

    /** Follows a room. */
    protected final Engine.Subscription subscribe(RoomId wanted) {
        subscribed = true;
        return call(done -> engine.subscribe(wanted, announced, done, EngineHarness::unexpected));
    }

    /** Appends a batch and waits for the outcomes. */
    protected final List<Appended> append(RoomId to, Draft... drafts) {
        return call(done -> engine.append(to, List.of(drafts), done));
    }

    /** The newest messages. */
    protected final Engine.Page newest(RoomId of, int limit) {
        return call(done -> engine.history(
                new Command.History(of, Command.History.UNSET, Command.History.UNSET, limit),
                done,
                EngineHarness::unexpected));
    }

    protected Engine.Page before(long seq, int limit) {
        return call(done -> engine.history(
                new Command.History(room, seq, Command.History.UNSET, limit), done, EngineHarness::unexpected));
    }

    protected Engine.Page after(long seq, int limit) {
        return call(done -> engine.history(
                new Command.History(room, Command.History.UNSET, seq, limit), done, EngineHarness::unexpected));
    }

    /** The engine under test; call it on the shard. */
    protected final Engine engine() {
        return engine;
    }

    /** Runs a call on the shard and waits for its answer, which must come on the shard. */
    protected final <T> T call(Consumer<Consumer<T>> request) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        CompletableFuture<Void> call = CompletableFuture.runAsync(
                () -> request.accept(value -> {
                    if (shard.inEventLoop()) {
                        answer.complete(value);
                    } else {
                        answer.completeExceptionally(new AssertionError("answered outside the shard"));
                    }
                }),
                shard);
        await(call);
        return await(answer);
    }

    protected CompletableFuture<List<Appended>> appending(RoomId to, List<Draft> drafts) {
        CompletableFuture<List<Appended>> answer = new CompletableFuture<>();
        engine.append(to, drafts, answer::complete);
        return answer;
    }

    protected static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    protected static List<Draft> batch(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> draft("a", null, Integer.toString(i)))
                .toList();
    }

    /** A draft of a text. */
    protected static Draft draft(String user, String key, String text) {
        return new Draft(new Sender(new UserId(user), null), key, null, new Body.Text(utf8(text)), 0);
    }

    protected void assertPage(Engine.Page page, long from, long to, boolean more) {
        assertThat(page.messages())
                .extracting(Message::seq)
                .isEqualTo(LongStream.rangeClosed(from, to).boxed().toList());
        assertThat(page.more()).isEqualTo(more);
        assertThat(page.messages()).allMatch(message -> message.room().equals(room));
    }

    protected static Position position(List<Appended> outcomes) {
        return ((Appended.Stored) outcomes.get(0)).position();
    }

    /** The places that drafts got, all of which must be stored. */
    protected static List<Long> seqs(List<Appended> outcomes) {
        return outcomes.stream()
                .map(outcome -> ((Appended.Stored) outcome).position().seq())
                .toList();
    }

    protected static boolean isNew(Appended outcome) {
        return outcome instanceof Appended.Stored stored && !stored.duplicate();
    }

    protected static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    protected static String text(Body body) {
        return new String(body.bytes(), StandardCharsets.UTF_8);
    }

    /** For a question that must be answered. */
    @SuppressWarnings("DoNotCallSuggester") // a callback
    protected static void unexpected(Refusal refusal) {
        throw new AssertionError("refused: " + refusal);
    }
}
