package io.magpie.gateway.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AudienceTest {
    private final DeliveryFixture fixture = new DeliveryFixture(3);
    private final Audience audience = new Audience(3, new FakeBacklog(), fixture.metrics);

    @Test
    void isEmptyAtFirst() {
        assertThat(audience.isEmpty()).isTrue();
        assertThat(audience.size()).isZero();
        assertThat(loopsInUse()).isEmpty();
    }

    @Test
    void hasOneListForAllMembersOfALoop() {
        LoopMembers first = audience.enter(member(FrameFormat.JSON, 1));
        LoopMembers second = audience.enter(member(FrameFormat.CBOR, 1));
        LoopMembers other = audience.enter(member(FrameFormat.CBOR, 2));

        assertThat(second).isSameAs(first);
        assertThat(other).isNotSameAs(first);
        assertThat(loopsInUse()).containsExactly(first, other);
    }

    @Test
    void knowsWhichFormatsAreInUse() {
        Membership json = member(FrameFormat.JSON, 0);
        Membership another = member(FrameFormat.JSON, 1);
        audience.enter(json);
        audience.enter(another);
        audience.enter(member(FrameFormat.PLAIN_DEFLATE, 0));
        assertThat(audience.formats()).isEqualTo(FrameFormat.JSON.bit() | FrameFormat.PLAIN_DEFLATE.bit());

        audience.exit(json);
        assertThat(audience.formats()).isEqualTo(FrameFormat.JSON.bit() | FrameFormat.PLAIN_DEFLATE.bit());

        audience.exit(another);
        assertThat(audience.formats()).isEqualTo(FrameFormat.PLAIN_DEFLATE.bit());
    }

    @Test
    void countsAMemberOnceHoweverOftenItEntersOrExits() {
        Membership member = member(FrameFormat.PLAIN, 0);
        audience.enter(member);
        audience.enter(member);
        assertThat(audience.size()).isEqualTo(1);
        assertThat(fixture.registry.get("magpie.members").gauge().value()).isEqualTo(1);

        audience.exit(member);
        audience.exit(member);
        assertThat(audience.isEmpty()).isTrue();
        assertThat(audience.formats()).isZero();
        assertThat(loopsInUse()).isEmpty();
        assertThat(fixture.registry.get("magpie.members").gauge().value()).isZero();
    }

    @Test
    void keepsTheListOfALoopWhoseMembersLeft() {
        Membership member = member(FrameFormat.PLAIN, 0);
        LoopMembers list = audience.enter(member);
        audience.exit(member);

        assertThat(audience.enter(member(FrameFormat.PLAIN, 0))).isSameAs(list);
    }

    @Test
    void showsItsMembersOldestFirst() {
        Membership first = member(FrameFormat.PLAIN, 2);
        Membership second = member(FrameFormat.JSON, 0);
        Membership third = member(FrameFormat.CBOR, 1);
        audience.enter(first);
        audience.enter(second);
        audience.enter(third);
        audience.exit(second);

        assertThat(audience.members()).containsExactly(first, third);
    }

    private Membership member(FrameFormat format, int loop) {
        return DeliveryFixture.member(fixture.connection(format, loop));
    }

    private List<LoopMembers> loopsInUse() {
        List<LoopMembers> loops = new ArrayList<>();
        audience.forEachLoop(loops::add);
        return loops;
    }
}
