package io.magpie.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.RoomId;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which shard a room belongs to. */
class ShardOwnerTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 8, 64, 1_000})
    void givesEveryHashAnOwner(int owners) {
        Random random = new Random(5);
        IntStream hashes = IntStream.concat(
                IntStream.of(Integer.MIN_VALUE, Integer.MIN_VALUE + 1, -1, 0, 1, Integer.MAX_VALUE),
                random.ints(1_000));

        assertThat(hashes.map(hash -> RoomShards.owner(hash, owners))).allMatch(owner -> owner >= 0 && owner < owners);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 8, 16})
    void spreadsRoomsEvenly(int owners) {
        int[] counts = new int[owners];
        int names = 1_000 * owners;
        for (int i = 0; i < names; i++) {
            counts[RoomShards.owner(new RoomId("room-" + i).hashCode(), owners)]++;
        }

        assertThat(Arrays.stream(counts)).allMatch(count -> count > 700 && count < 1_300);
    }
}
