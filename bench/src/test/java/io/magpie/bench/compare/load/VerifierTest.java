package io.magpie.bench.compare.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VerifierTest {
    private final Meter meter = new Meter();
    private final Messages messages = new Messages(3, meter);
    private final Verifier verifier = new Verifier(new LineDialect(false), messages);
    private final Room room = new Room(0);
    private final Member first = new Member(0, room, true);
    private final Member second = new Member(1, room, true);
    private final Member third = new Member(2, room, true);

    @Test
    void countsEveryDelivery() throws DeliveryFault {
        publish(2);
        for (Member member : room(first, second, third)) {
            get(member, false, 0, 1);
        }
        assertThat(meter.deliveries()).isEqualTo(6);
        assertThat(messages.outstanding()).isZero();
    }

    @Test
    void tellsWhenAMessageHasReachedAll() throws DeliveryFault {
        AtomicInteger told = new AtomicInteger();
        messages.whenComplete(told::incrementAndGet);
        publish(2);
        get(first, false, 0, 1);
        get(second, false, 0);
        assertThat(told).hasValue(0);
        get(third, false, 0, 1);
        assertThat(told).hasValue(1);
        get(second, false, 1);
        assertThat(told).hasValue(2);
    }

    @Test
    void leavesOutAcknowledgements() throws DeliveryFault {
        publish(2);
        get(first, true);
        get(first, true, 0);
        get(second, false, 0);
        get(third, false, 0);
        get(first, true);
        get(second, false, 1);
        get(first, false, 1);
        get(third, false, 1);
        assertThat(messages.outstanding()).isZero();
        assertThat(room.log().end()).isEqualTo(2);
    }

    @Test
    void followsMembersWhoseFramesAreCutDifferently() throws DeliveryFault {
        publish(4);
        get(first, false, 0, 1);
        get(second, false, 0);
        get(second, false, 1, 2, 3);
        get(first, false, 2, 3);
        get(third, false, 0, 1, 2, 3);
        assertThat(messages.outstanding()).isZero();
        assertThat(room(first, second, third)).allMatch(member -> member.position() == 4);
    }

    @Test
    void detectsWhatOneMemberLacks() throws DeliveryFault {
        publish(3);
        get(first, false, 0);
        get(first, false, 1);
        get(second, false, 0);
        assertThatThrownBy(() -> get(second, false, 2)).hasMessageContaining("message 2 came where 1 was due");
    }

    @Test
    void detectsWhatAMemberGetsTwice() throws DeliveryFault {
        publish(3);
        get(first, false, 0);
        get(first, false, 1);
        get(second, false, 0);
        assertThatThrownBy(() -> get(second, false, 0)).hasMessageContaining("message 0 came again");
    }

    @Test
    void detectsADuplicateAtTheFirstMember() throws DeliveryFault {
        publish(2);
        get(first, false, 0);
        assertThatThrownBy(() -> get(first, false, 0)).hasMessageContaining("message 0 came again");
    }

    @Test
    void detectsThatAPublishersMessagesChangedPlaces() throws DeliveryFault {
        publish(2);
        get(first, false, 1);
        assertThatThrownBy(() -> get(first, false, 0)).hasMessageContaining("which its publisher sent later");
    }

    @Test
    void detectsAMessageThatNobodyPublished() {
        assertThatThrownBy(() -> get(first, false, 9)).hasMessageContaining("isn't under way");
    }

    @Test
    void refusesCompressionThatWasNotNegotiated() {
        ByteBuffer in = ServerFrames.text(LineDialect.message(false, 0));
        in.put(0, (byte) (in.get(0) | 0x40));
        assertThatThrownBy(() -> receive(first, in)).hasMessageContaining("wasn't negotiated");
    }

    private static java.util.List<Member> room(Member... members) {
        return java.util.List.of(members);
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            messages.published(0, 0, 3);
        }
    }

    private void get(Member member, boolean ok, int... numbers) throws DeliveryFault {
        receive(member, ServerFrames.text(LineDialect.message(ok, numbers)));
    }

    private void receive(Member member, ByteBuffer in) throws DeliveryFault {
        FrameCursor cursor = new FrameCursor();
        assertThat(cursor.at(in, 0, in.limit())).isTrue();
        verifier.received(member, in, cursor, 1);
    }
}
