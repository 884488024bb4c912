package io.magpie.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JwtAuthenticatorTest {
    private final JwtAuthenticator authenticator = new JwtAuthenticator(Jwts.shared());

    @AfterEach
    void close() {
        authenticator.close();
    }

    @Test
    void judgesElsewhere() throws Exception {
        BlockingQueue<String> threads = new LinkedBlockingQueue<>();

        authenticator.judge(
                Jwts.signed(claims -> claims),
                verdict -> threads.add(
                        verdict instanceof Verdict.Accepted
                                ? Thread.currentThread().getName()
                                : "refused"));

        assertThat(threads.poll(10, TimeUnit.SECONDS)).isEqualTo("magpie-auth");
    }

    @Test
    void aTokenThatIsTooLongNeedsntWait() {
        List<Verdict> verdicts = new ArrayList<>();

        authenticator.judge("x".repeat(JwtVerifier.MAX_CHARS + 1), verdicts::add);

        assertThat(verdicts)
                .containsExactly(new Verdict.Refused(Verdict.Reason.BAD, "the token is longer than 8192 characters"));
    }

    @Test
    void whoComesWhenItHasEndedIsToldToComeAgain() {
        List<Verdict> verdicts = new ArrayList<>();
        authenticator.close();

        authenticator.judge(Jwts.signed(claims -> claims), verdicts::add);

        assertThat(verdicts)
                .singleElement()
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Verdict.Reason.UNAVAILABLE));
    }
}
