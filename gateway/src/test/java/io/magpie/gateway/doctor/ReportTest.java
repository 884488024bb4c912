package io.magpie.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.doctor.Finding.Level;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Help.Ansi;

/** How checks are run and findings are said. */
class ReportTest {
    private final Report plain = new Report(Ansi.OFF);

    @Test
    void putsTheAdviceBelowWhatWasFound() {
        assertThat(plain.text(Finding.warn("disk", "slow", "Use another.")).lines())
                .containsExactly("WARN     disk             slow", "                          > Use another.");
        assertThat(plain.text(Finding.ok("disk", "fast"))).isEqualTo("OK       disk             fast");
    }

    @Test
    void fitsIn120Columns() {
        Finding lengthy = Finding.fail("disk", "word ".repeat(80) + "x".repeat(300), "advice ".repeat(80));

        assertThat(plain.text(lengthy).lines())
                .hasSizeGreaterThan(12)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
    }

    @Test
    void lightsUpOnATerminalOnly() {
        Finding finding = Finding.fail("disk", "@|red gone|@", "");

        assertThat(new Report(Ansi.ON).text(finding)).contains("\u001b[").contains("@|red gone|@");
        assertThat(plain.text(finding)).doesNotContain("\u001b");
    }

    @Test
    void letsNobodyElseActOnTheTerminal() {
        assertThat(plain.text(Finding.ok("server", "a\u001b[2Jb\r\nc\u0000"))).endsWith("a?[2Jb c?");
    }

    @Test
    void countsTheLevels() {
        assertThat(plain.summary(List.of(
                        Finding.ok("a", ""), Finding.ok("b", ""), Finding.fail("c", "", ""), Finding.skipped("d", ""))))
                .isEqualTo("1 FAIL, 0 WARN, 2 OK, 1 SKIPPED");
    }

    @Test
    void writesAnArrayForMachines() throws IOException {
        String json = Report.json(List.of(Finding.warn("disk", "slow", "Use another.")));

        assertThat(new JsonMapper().readTree(json))
                .isEqualTo(
                        new JsonMapper()
                                .readTree(
                                        "[{\"level\":\"warn\",\"what\":\"disk\",\"found\":\"slow\",\"advice\":\"Use another.\"}]"));
    }

    @Test
    void makesAFindingOfAFailure() {
        Check check = Check.of("disk", () -> {
            throw new IOException("unplugged");
        });

        assertThat(check.run())
                .containsExactly(Finding.fail("disk", "the check failed: java.io.IOException: unplugged", ""));
        assertThat(Check.of("disk", () -> {
                            throw new NoClassDefFoundError("x");
                        })
                        .run()
                        .get(0)
                        .found())
                .contains("NoClassDefFoundError");
    }

    @Test
    void givesACheckUpThatDoesNotEnd() {
        CountDownLatch never = new CountDownLatch(1);
        Check check = new Check("disk", Duration.ofMillis(50), () -> {
            never.await();
            return List.of();
        });

        assertThat(check.run()).singleElement().satisfies(finding -> {
            assertThat(finding.level()).isEqualTo(Level.FAIL);
            assertThat(finding.found()).contains("didn't end");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "wss://chat.example.com/ws, true, chat.example.com, 443, /ws, chat.example.com",
        "ws://chat.example.com, false, chat.example.com, 80, /, chat.example.com",
        "WSS://chat.example.com:8443/a?b=c, true, chat.example.com, 8443, /a?b=c, chat.example.com:8443",
        "ws://[::1]:8080/ws, false, ::1, 8080, /ws, [::1]:8080"
    })
    void readsUrls(String text, boolean secure, String host, int port, String target, String authority) {
        PublicUrl url = PublicUrl.parse(text);

        assertThat(url).isEqualTo(new PublicUrl(secure, host, port, target));
        assertThat(url.authority()).isEqualTo(authority);
    }

    @Test
    void showsNoQuery() {
        assertThat(PublicUrl.parse("wss://chat.example.com/ws?room=planted")).hasToString("wss://chat.example.com/ws");
    }

    @Test
    void wantsNoTokenForWhomItHasntVerified() {
        assertThatThrownBy(() -> PublicUrl.parse("wss://chat.example.com/ws?a=b&token=planted"))
                .hasMessageContaining("leave the token out");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ftp://x/", "chat.example.com", "wss://", "wss://a b/", "wss://user:word@chat.example.com/"})
    void refusesWhatIsNoUrl(String text) {
        assertThatThrownBy(() -> PublicUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a URL such as wss://chat.example.com/ws");
    }
}
