package io.magpie.gateway.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.delivery.Connection.Outcome;
import io.magpie.protocol.Position;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a member is, which nobody has written down. */
class PositionTest {
    private final DeliveryFixture fixture = new DeliveryFixture(1);
    private final FakeBacklog backlog = new FakeBacklog();
    private final LoopMembers list = new LoopMembers(fixture.loop(0), backlog, fixture.metrics);

    @Test
    void isNowhereUntilItIsInAList() {
        Membership member = DeliveryFixture.member(fixture.connection(FrameFormat.PLAIN, 0));

        assertThat(member.position()).isNull();
        list.add(member, at(3));
        assertThat(member.position()).isEqualTo(at(3));
        member.stop();
        assertThat(member.position()).isNull();
    }

    @Test
    void isWhereTheLastBatchEnded() {
        Membership member = join(at(3));

        post(4, 2);
        assertThat(member.position()).isEqualTo(at(5));
        post(EncodedBatch.SIGNAL, 1);
        assertThat(member.position()).isEqualTo(at(5));
        post(6, 1);
        assertThat(member.position()).isEqualTo(at(6));
    }

    @Test
    void isWhereItJoinedIfTheListWasEmptyForAWhile() {
        Membership early = join(at(3));
        post(4, 1);
        early.stop();

        // What is said while a loop has no member of the room isn't posted to it.
        assertThat(join(at(20)).position()).isEqualTo(at(20));
    }

    @Test
    void isBeforeTheFirstBatchThatIsStillOnItsWay() {
        List<Membership> members = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            members.add(join(at(3)));
        }

        post(4, 2);
        post(EncodedBatch.SIGNAL, 1);
        post(6, 1);
        // The list is visited from its end; its last chunk was when only the first batch was there.
        assertThat(members.get(2_999).position()).isEqualTo(at(5));
        assertThat(members.get(0).position()).isEqualTo(at(3));
        Membership late = join(at(6));
        assertThat(late.position()).isEqualTo(at(6));
        fixture.turn();

        assertThat(members).allSatisfy(member -> assertThat(member.position()).isEqualTo(at(6)));
    }

    @Test
    void isWhereItsCatchUpIs() {
        RecordedConnection connection = fixture.connection(FrameFormat.PLAIN, 0);
        Membership member = DeliveryFixture.member(connection);
        list.add(member, at(3));
        connection.answering(Outcome.BEHIND);

        post(4, 1);
        post(5, 1);
        assertThat(member.position()).isEqualTo(at(3));
        connection.resume();
        fixture.turn();
        backlog.answer("4", 4, false);
        assertThat(member.position()).isEqualTo(at(4));
        fixture.turn();
        backlog.answer("5", 5, true);

        assertThat(member.position()).isEqualTo(at(5));
        member.stop();
    }

    private Membership join(Position head) {
        Membership member = DeliveryFixture.member(fixture.connection(FrameFormat.PLAIN, 0));
        list.add(member, head);
        return member;
    }

    private void post(long first, int messages) {
        ByteBuf[] frames = {Unpooled.copiedBuffer("m", StandardCharsets.UTF_8)};
        EncodedBatch batch = new EncodedBatch(FrameFormat.PLAIN.bit(), frames, messages, first, System.nanoTime());
        list.post(batch);
        batch.release();
    }

    private static Position at(long seq) {
        return new Position("e", seq, Position.NO_TIME);
    }
}
