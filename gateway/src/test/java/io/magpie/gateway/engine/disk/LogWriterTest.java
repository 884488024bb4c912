package io.magpie.gateway.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Body;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Message;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log writer does when the disk does not. */
class LogWriterTest {
    @TempDir
    Path temp;

    private final Engine.Environment environment = new Engine.Environment(() -> 1_000, () -> 0, () -> "epoch");
    private final List<Message> announced = new CopyOnWriteArrayList<>();
    private final RoomLog room = new RoomLog(new RoomId("r"), new Records.StoredRoom(0, "epoch", 0, -1, 0));
    private Storage storage;
    private LogWriter writer;

    @BeforeEach
    void open() throws Exception {
        GatewayConfig config = TestConfig.with("log.min-free=0");
        storage = Storage.open(temp);
        LogWriter.Books books = new LogWriter.Books(
                storage,
                StoredKeys.load(storage, config.dedup(), environment),
                environment,
                new LogWriter.RoomNumbers(storage));
        LogMetrics metrics =
                new LogMetrics(new SimpleMeterRegistry(), config.log().durability());
        writer = new LogWriter(books, config.log(), Files.getFileStore(temp), metrics);
        writer.start();
    }

    @AfterEach
    void close() {
        writer.close();
        storage.close();
    }

    @Test
    void acceptsNothingMoreAfterAWriteThatFailed() {
        assertThat(seq(append("before", "1"))).isEqualTo(1);
        storage.close();

        assertThat(code(append("lost", "2"))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(writer.failed()).isTrue();
        assertThat(code(append("lost", "2"))).as("what failed is no duplicate").isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(append("before", "1")).isEqualTo(new Appended.Stored(room.position(), true));
        assertThat(room.head()).isEqualTo(1);
        assertThat(announced).hasSize(1);
    }

    @Test
    void writesWhatItTookBeforeItEnds() {
        List<CompletableFuture<Appended>> answers = new java.util.ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            answers.add(appending("k" + i, "x"));
        }
        writer.close();

        assertThat(answers).allSatisfy(answer -> assertThat(seq(answer.join())).isPositive());
        assertThat(announced).hasSize(1_000);
        assertThat(code(append("late", "x"))).isEqualTo(ErrorCode.BUSY);
    }

    private Appended append(String key, String text) {
        return appending(key, text).orTimeout(10, TimeUnit.SECONDS).join();
    }

    private CompletableFuture<Appended> appending(String key, String text) {
        CompletableFuture<Appended> answer = new CompletableFuture<>();
        Body body = new Body.Text(text.getBytes(StandardCharsets.US_ASCII));
        Draft draft = new Draft(new Sender(new UserId("u"), null), key, null, body, 0);
        boolean taken = writer.submit(new Append(room, List.of(draft), Runnable::run, new Append.Answer() {
            @Override
            public void onCommitted(List<Appended> outcomes) {
                answer.complete(outcomes.get(0));
            }

            @Override
            public void announce(List<Message> messages) {
                announced.addAll(messages);
            }
        }));
        if (!taken) {
            answer.complete(new Appended.Refused(ErrorCode.BUSY, "not taken"));
        }
        return answer;
    }

    private static long seq(Appended outcome) {
        return ((Appended.Stored) outcome).position().seq();
    }

    private static ErrorCode code(Appended outcome) {
        return ((Appended.Refused) outcome).code();
    }
}
