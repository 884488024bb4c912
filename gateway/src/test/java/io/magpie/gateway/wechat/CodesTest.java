package io.magpie.gateway.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.wechat.Codes.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CodesTest {
    private static final Answered GOOD = new Answered(Outcome.ACCEPTED, HttpAnswer.json(200, Map.of()));
    private static final Answered BUSY = new Answered(Outcome.BUSY, HttpAnswer.json(503, Map.of()));

    private final Codes codes = new Codes(Duration.ofNanos(10));
    private final List<Answered> told = new ArrayList<>();

    @Test
    void theFirstAsksAndTheOthersWaitForIt() {
        assertThat(codes.await(code(1), told::add)).isEqualTo(Place.FIRST);
        assertThat(codes.await(code(1), told::add)).isEqualTo(Place.SHARED);
        assertThat(codes.await(code(2), told::add)).isEqualTo(Place.FIRST);

        codes.finish(code(1), GOOD, 0);

        assertThat(told).containsExactly(GOOD, GOOD);
    }

    @Test
    void onlySoManyWaitForOneCode() {
        for (int i = 0; i < Codes.MAX_WAITING; i++) {
            assertThat(codes.await(code(1), told::add)).isNotEqualTo(Place.NONE);
        }
        assertThat(codes.await(code(1), told::add)).isEqualTo(Place.NONE);
        assertThat(codes.await(code(2), told::add)).isEqualTo(Place.FIRST);
    }

    @Test
    void onlySoManyCodesAreUnderWay() {
        for (int i = 0; i < Codes.MAX_UNDER_WAY; i++) {
            assertThat(codes.await(code(i), told::add)).isEqualTo(Place.FIRST);
        }
        assertThat(codes.await(code(-1), told::add)).isEqualTo(Place.NONE);
        assertThat(codes.await(code(0), told::add)).isEqualTo(Place.SHARED);

        codes.finish(code(0), BUSY, 0);
        assertThat(codes.await(code(-1), told::add)).isEqualTo(Place.FIRST);
    }

    @Test
    void whatStaysSoIsRememberedForAWhile() {
        codes.finish(code(1), GOOD, 0);
        codes.finish(code(2), BUSY, 0);

        assertThat(codes.recall(code(1), 9)).isEqualTo(GOOD);
        assertThat(codes.recall(code(2), 9)).isNull();
        assertThat(codes.recall(code(1), 10)).isNull();
        assertThat(codes.size()).isZero();
    }

    @Test
    void theOldestIsForgottenWhenThereAreTooMany() {
        for (int i = 0; i <= Codes.MAX_REMEMBERED; i++) {
            codes.finish(code(i), GOOD, 0);
        }

        assertThat(codes.size()).isEqualTo(Codes.MAX_REMEMBERED);
        assertThat(codes.recall(code(0), 1)).isNull();
        assertThat(codes.recall(code(1), 1)).isEqualTo(GOOD);
    }

    @Test
    void aCodeIsNotShown() {
        assertThat(code(1).toString()).contains("wx1").doesNotContain("planted");
        assertThat(new LoginBody("planted", "wx1").toString()).doesNotContain("planted");
    }

    private static AppCode code(int number) {
        return new AppCode("wx1", "planted-" + number);
    }
}
