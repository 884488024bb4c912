package io.magpie.gateway.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.delivery.Connection.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection that is behind in several rooms is fed one page at a time. */
class ReplaysTest {
    private final DeliveryFixture fixture = new DeliveryFixture(1);
    private final DeliveryLoop loop = fixture.loop(0);
    private final RecordedConnection connection = fixture.connection(FrameFormat.PLAIN, 0);
    private final List<FakeBacklog> backlogs = new ArrayList<>();
    private final List<LoopMembers> lists = new ArrayList<>();
    private final List<Membership> members = new ArrayList<>();

    ReplaysTest() {
        for (int room = 0; room < 3; room++) {
            FakeBacklog backlog = new FakeBacklog();
            LoopMembers list = new LoopMembers(loop, backlog, fixture.metrics);
            Membership member = DeliveryFixture.member(connection);
            list.add(member);
            backlogs.add(backlog);
            lists.add(list);
            members.add(member);
        }
    }

    @AfterEach
    void nothingIsKeptOfWhoIsNotBehind() {
        members.forEach(Membership::stop);
        fixture.turn();
        assertThat(loop.replays().size()).isZero();
    }

    @Test
    void asksForOnePageAtATime() {
        behind(0, 1, 2);

        assertThat(asked()).containsExactly(1, 0, 0);
        backlogs.get(0).answer("a", 1, true);
        fixture.turn();
        assertThat(asked()).containsExactly(1, 1, 0);
        backlogs.get(1).answer("b", 1, true);
        fixture.turn();
        assertThat(asked()).containsExactly(1, 1, 1);
        backlogs.get(2).answer("c", 1, true);
        assertThat(connection.delivered).containsExactly("a", "b", "c");
        assertThat(loop.replays().size()).isZero();
    }

    @Test
    void feedsTheRoomsInTurn() {
        behind(0, 1);

        backlogs.get(0).answer("a1", 1, false);
        fixture.turn();
        backlogs.get(1).answer("b1", 1, false);
        fixture.turn();
        backlogs.get(0).answer("a2", 2, true);
        fixture.turn();
        backlogs.get(1).answer("b2", 2, true);

        assertThat(connection.delivered).containsExactly("a1", "b1", "a2", "b2");
    }

    @Test
    void waitsForTheReaderBetweenPages() {
        behind(0, 1);
        connection.answering(Outcome.BEHIND);

        backlogs.get(0).answer("a", 1, true);
        fixture.turn();
        assertThat(asked()).containsExactly(1, 0, 0);
        connection.resume();
        fixture.turn();

        assertThat(asked()).containsExactly(1, 1, 0);
    }

    @Test
    void passesTheTurnOfARoomThatIsLeft() {
        behind(0, 1, 2);

        members.get(1).stop();
        members.get(0).stop();
        fixture.turn();

        assertThat(asked()).containsExactly(1, 0, 1);
        backlogs.get(0).answer("late", 1, true);
        assertThat(connection.delivered).isEmpty();
        fixture.turn();
        assertThat(asked()).containsExactly(1, 0, 1);
    }

    @Test
    void asksOnceForARoomThatBeginsAnew() {
        behind(0, 1);

        lists.get(0).behind(members.get(0), 5);
        lists.get(1).behind(members.get(1), 6);
        fixture.turn();
        backlogs.get(0).answer("of the first", 1, true);
        fixture.turn();

        assertThat(connection.delivered).isEmpty();
        assertThat(backlogs.get(1).asked).isEmpty();
        assertThat(backlogs.get(0).asked).containsExactly(0L, 5L);
        backlogs.get(0).answer("a", 6, true);
        fixture.turn();
        assertThat(backlogs.get(1).asked).containsExactly(6L);
    }

    @Test
    void goesOnWithTheOthersWhenAPageFails() {
        behind(0, 1);

        backlogs.get(0).fail();
        members.get(0).stop();
        fixture.turn();

        assertThat(asked()).containsExactly(1, 1, 0);
    }

    @Test
    void feedsConnectionsBesideEachOther() {
        RecordedConnection other = fixture.connection(FrameFormat.PLAIN, 0);
        Membership member = DeliveryFixture.member(other);
        lists.get(0).add(member);
        behind(0);
        lists.get(0).behind(member, 0);
        fixture.turn();

        assertThat(asked()).containsExactly(2, 0, 0);
        member.stop();
    }

    @Test
    void feedsAFewConnectionsInATurnOfTheLoopSoThatOthersComeInBetween() {
        int many = 2 * Replays.PAGES_PER_TURN + 1;
        List<Membership> crowd = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            Membership member = DeliveryFixture.member(fixture.connection(FrameFormat.PLAIN, 0));
            lists.get(0).add(member);
            crowd.add(member);
        }
        List<Integer> askedAfterTurns = new ArrayList<>();

        crowd.forEach(member -> lists.get(0).behind(member, 0));
        countAskedInEachOf(4, askedAfterTurns);
        fixture.turn();

        assertThat(askedAfterTurns).containsExactly(0, Replays.PAGES_PER_TURN, 2 * Replays.PAGES_PER_TURN, many);
        crowd.forEach(Membership::stop);
    }

    /** Looks how many pages were asked for, in this turn of the loop and those that follow. */
    private void countAskedInEachOf(int turns, List<Integer> counts) {
        loop.later(() -> {
            counts.add(asked().get(0));
            if (turns > 1) {
                countAskedInEachOf(turns - 1, counts);
            }
        });
    }

    private void behind(int... rooms) {
        for (int room : rooms) {
            lists.get(room).behind(members.get(room), 0);
        }
        fixture.turn();
    }

    /** How many pages each room was asked for. */
    private List<Integer> asked() {
        return backlogs.stream().map(backlog -> backlog.asked.size()).toList();
    }
}
