package io.magpie.bench.idle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.magpie.bench.tls.Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdlePlanTest {
    private static final List<String> LIMITS = List.of(
            "Limit                     Soft Limit           Hard Limit           Units",
            "Max open files            1024                 20000                files");

    @Test
    void letsAllSessionsIn() {
        assertThat(plan(15_000, 1_500, Map.of("outbound.batch-interval", "10ms"))
                        .configuration())
                .containsEntry("limits.connections", "15200")
                .containsEntry("listen.port", "0")
                .containsEntry("outbound.batch-interval", "10ms");
    }

    @Test
    void saysWhichCertificateTheServerShowsOverWss() {
        Identity identity = new Identity(Path.of("/run/certificate.pem"), Path.of("/run/key.pem"));
        assertThat(Tls.OPENSSL.settings(identity))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "tls.certificate", "/run/certificate.pem",
                        "tls.key", "/run/key.pem",
                        "tls.provider", "openssl"));
        assertThat(Tls.values()).filteredOn(tls -> !tls.secure()).containsExactly(Tls.NONE);
    }

    @Test
    void refusesMoreSessionsThanFilesMayBeOpen() {
        assertThatCode(() -> plan(19_800, 10, Map.of()).checkOpenFiles(LIMITS)).doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(19_801, 10, Map.of()).checkOpenFiles(LIMITS))
                .withMessageContaining("at most 19800 sessions");
    }

    @Test
    void takesAnyNumberWhereFilesAreUnlimited() {
        List<String> limits = List.of("Max open files            unlimited            unlimited            files");
        assertThatCode(() -> plan(1_000_000, 10, Map.of()).checkOpenFiles(limits))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesMoreRoomsThanSessions() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(10, 11, Map.of()))
                .withMessageContaining("--rooms");
    }

    private static IdlePlan plan(int sessions, int rooms, Map<String, String> settings) {
        return new IdlePlan(sessions, rooms, 2, Tls.NONE, Duration.ofSeconds(1), settings, "");
    }
}
