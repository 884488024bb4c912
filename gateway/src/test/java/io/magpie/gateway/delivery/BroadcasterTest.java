package io.magpie.gateway.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Body;
import io.magpie.protocol.Event;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One broadcast: encoded once for each format in use, one task for each loop in use. */
class BroadcasterTest {
    /** No item of CBOR. */
    private static final Body BROKEN = new Body.Cbor(new byte[] {(byte) 0xFF});

    private final DeliveryFixture fixture = new DeliveryFixture(4);
    private final Audience audience = new Audience(4, new FakeBacklog(), fixture.metrics);
    private final Allocations allocations = new Allocations();
    private final Broadcaster broadcaster = new Broadcaster(
            new BatchEncoder(allocations, TestConfig.with().websocket().compression()));
    private final List<RecordedConnection> connections = new ArrayList<>();

    @AfterEach
    void everyBufferIsReleased() {
        fixture.turn();
        assertThat(allocations.buffers)
                .allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 5_000})
    void encodesOnceHoweverManyMembersThereAre(int members) {
        for (int i = 0; i < members; i++) {
            enter(FrameFormat.JSON, i % 4);
        }
        broadcast(DeliveryFixture.text(1, "hello"));
        fixture.turn();

        assertThat(allocations.buffers).hasSize(1);
        assertThat(connections)
                .hasSize(members)
                .allSatisfy(
                        c -> assertThat(c.delivered).singleElement().asString().contains("hello"));
    }

    @Test
    void encodesOnceForEachFormatInUseAndForNoOther() {
        for (int i = 0; i < 8; i++) {
            enter(FrameFormat.JSON, i % 4);
            enter(FrameFormat.CBOR, i % 4);
            enter(FrameFormat.PLAIN_DEFLATE, i % 4);
        }
        broadcast(DeliveryFixture.text(1, "hello"), DeliveryFixture.text(2, "world"));
        fixture.turn();

        assertThat(allocations.buffers).hasSize(3);
        assertThat(connections).allSatisfy(c -> assertThat(c.delivered).hasSize(1));
    }

    @Test
    void encodesOnceForAllMembersWithTheSameWindow() {
        enter(FrameFormat.JSON_DEFLATE_9, 0);
        enter(FrameFormat.JSON_DEFLATE_9, 0);
        enter(FrameFormat.JSON_DEFLATE_9, 1);
        broadcast(DeliveryFixture.text(1, "hello ".repeat(500)));
        fixture.turn();

        assertThat(allocations.buffers).hasSize(1);
        assertThat(connections).extracting(c -> c.delivered).containsOnly(connections.get(0).delivered);
    }

    @Test
    void encodesForEachWindowWhatIsForThatWindow() {
        for (FrameFormat format : FrameFormat.values()) {
            enter(format, 0);
            enter(format, 3);
        }
        Event event = DeliveryFixture.text(1, "hello ".repeat(10_000));
        broadcast(event);
        fixture.turn();

        assertThat(allocations.buffers).hasSize(FrameFormat.COUNT);
        BatchEncoder encoder =
                new BatchEncoder(allocations, TestConfig.with().websocket().compression());
        assertThat(connections).allSatisfy(connection -> {
            ByteBuf alone = encoder.encode(connection.format(), List.of(event));
            assertThat(connection.delivered).containsExactly(alone.toString(StandardCharsets.ISO_8859_1));
            alone.release();
        });
    }

    @Test
    void encodesNothingForAnEmptyRoom() {
        broadcast(DeliveryFixture.text(1, "hello"));

        assertThat(allocations.buffers).isEmpty();
    }

    @Test
    void encodesNothingForAFormatWhoseMembersHaveLeft() {
        enter(FrameFormat.JSON, 0);
        Membership cbor = enter(FrameFormat.CBOR, 1);
        cbor.stop();
        audience.exit(cbor);
        broadcast(DeliveryFixture.text(1, "hello"));

        assertThat(allocations.buffers).hasSize(1);
    }

    @Test
    void givesATaskOnlyToLoopsWithMembers() {
        enter(FrameFormat.JSON, 1);
        enter(FrameFormat.JSON, 3);
        Membership left = enter(FrameFormat.JSON, 2);
        left.stop();
        audience.exit(left);
        broadcast(DeliveryFixture.text(1, "hello"));
        fixture.turn();

        assertThat(fixture.registry.get("magpie.publish.to.flush").timer().count())
                .isEqualTo(2);
        assertThat(fixture.registry.get("magpie.fan.out").summary().max()).isEqualTo(2);
    }

    @Test
    void countsTheMembersThatABroadcastIsFor() {
        enter(FrameFormat.JSON, 0);
        enter(FrameFormat.PLAIN, 1);
        enter(FrameFormat.PLAIN, 1);
        broadcast(DeliveryFixture.text(1, "hello"));

        assertThat(fixture.registry.get("magpie.fan.out").summary().totalAmount())
                .isEqualTo(3);
    }

    @Test
    void releasesWhatItEncodedWhenAnEventCannotBeEncodedForEveryFormat() {
        enter(FrameFormat.CBOR, 0);
        enter(FrameFormat.JSON, 0);
        enter(FrameFormat.PLAIN, 0);
        Event broken = new Event.Signalled(DeliveryFixture.ROOM, DeliveryFixture.SENDER, BROKEN);

        assertThatThrownBy(() -> broadcaster.signal(audience, broken, System.nanoTime()))
                .isInstanceOf(RuntimeException.class);
        assertThat(connections).allSatisfy(c -> assertThat(c.delivered).isEmpty());
    }

    @Test
    void givesAMessageThatOneEncodingCannotSayToTheMembersOfTheOthers() {
        enter(FrameFormat.CBOR, 0);
        enter(FrameFormat.JSON, 0);
        broadcast(DeliveryFixture.delivered(1, BROKEN));
        fixture.turn();

        // What is no CBOR goes to who speaks CBOR as it is, and can't be made JSON.
        assertThat(connections.get(0).delivered).singleElement().asString().contains("message");
        assertThat(connections.get(1).delivered).singleElement().asString().contains("\"gap\"", "\"shed\"");
    }

    @Test
    void releasesItsBuffersWhenALoopHasEnded() {
        EventExecutor executor = new DefaultEventExecutor();
        executor.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
        DeliveryLoop ended = new DeliveryLoop(0, executor);
        LoopMembers list = new LoopMembers(ended, new FakeBacklog(), fixture.metrics);
        EncodedBatch batch = new EncodedBatch(0, new ByteBuf[0], 1, 1, 0);
        list.post(batch);

        assertThat(batch.refCnt()).isEqualTo(1);
        batch.release();
    }

    private Membership enter(FrameFormat format, int loop) {
        RecordedConnection connection = fixture.connection(format, loop);
        connections.add(connection);
        Membership member = DeliveryFixture.member(connection);
        audience.enter(member).add(member);
        return member;
    }

    private void broadcast(Event... events) {
        broadcaster.broadcast(audience, List.of(events), 1, System.nanoTime());
    }

    /** Counts the buffers that are made: one for each encoding. */
    private static final class Allocations extends AbstractByteBufAllocator {
        private final List<ByteBuf> buffers = new ArrayList<>();

        Allocations() {
            super(false);
        }

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            ByteBuf buffer = Unpooled.buffer(initialCapacity, maxCapacity);
            buffers.add(buffer);
            return buffer;
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            return newHeapBuffer(initialCapacity, maxCapacity);
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }
}
