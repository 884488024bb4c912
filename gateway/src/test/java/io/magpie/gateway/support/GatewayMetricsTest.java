package io.magpie.gateway.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.support.GatewayMetrics.AuthOutcome;
import io.magpie.gateway.support.GatewayMetrics.ConnectionState;
import io.magpie.gateway.support.GatewayMetrics.Op;
import io.magpie.gateway.support.GatewayMetrics.RefusedPeer;
import io.magpie.gateway.support.GatewayMetrics.ResumeOutcome;
import io.magpie.gateway.support.GatewayMetrics.UpgradeOutcome;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.ErrorCode;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final GatewayMetrics metrics = new GatewayMetrics(registry);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "magpie.connections",
                "magpie.upgrades",
                "magpie.commands",
                "magpie.frames.in",
                "magpie.frames.out",
                "magpie.bytes.in",
                "magpie.bytes.out",
                "magpie.deliveries",
                "magpie.fan.out",
                "magpie.publish.to.flush",
                "magpie.outbound.queued.bytes",
                "magpie.slow.consumers",
                "magpie.closes",
                "magpie.heartbeats.lost",
                "magpie.loop.lag",
                "magpie.rooms",
                "magpie.members",
                "magpie.connections.hidden",
                "magpie.resumes",
                "magpie.logins",
                "magpie.peers.refused"
            })
    void declaresEveryMeterAtStart(String name) {
        assertThat(registry.find(name).meters())
                .as(name)
                .isNotEmpty()
                .allSatisfy(meter -> assertThat(meter.getId().getDescription()).isNotBlank());
    }

    @Test
    void tagsWithConstantsOnly() {
        Map<String, Set<String>> allowed = Map.of(
                "encoding", names(Encoding.values()),
                "state", names(ConnectionState.values()),
                "op", names(Op.values()),
                "reason", names(RefusedPeer.values()),
                "status", Set.of("400", "405", "413", "414", "415", "421", "431", "505"),
                "code", Stream.of(CloseCode.values()).map(c -> "" + c.code()).collect(Collectors.toSet()));
        Set<String> outcomes = Stream.of(
                        Stream.of("ok"),
                        names(UpgradeOutcome.values()).stream(),
                        names(ResumeOutcome.values()).stream(),
                        names(AuthOutcome.values()).stream(),
                        Stream.of(ErrorCode.values()).map(ErrorCode::wireName))
                .flatMap(s -> s)
                .collect(Collectors.toSet());

        for (Meter meter : registry.getMeters()) {
            for (Tag tag : meter.getId().getTags()) {
                if (!tag.getKey().equals("le")) {
                    assertThat(allowed.getOrDefault(tag.getKey(), outcomes))
                            .as(meter.getId().toString())
                            .contains(tag.getValue());
                }
            }
        }
    }

    @Test
    void addsNoSeriesInUse() {
        int before = registry.getMeters().size();

        for (UpgradeOutcome outcome : UpgradeOutcome.values()) {
            metrics.upgrade(outcome);
        }
        for (Op op : Op.values()) {
            metrics.accepted(op);
            Stream.of(ErrorCode.values()).forEach(code -> metrics.refused(op, code));
        }
        Stream.of(CloseCode.values()).forEach(metrics::closed);
        Stream.of(AuthOutcome.values()).forEach(metrics::authenticated);
        Stream.of(RefusedPeer.values()).forEach(metrics::refused);
        metrics.closedByPeer();
        metrics.delivered(1, 2);
        metrics.flushed(3);

        assertThat(registry.getMeters()).hasSize(before);
    }

    @Test
    void hasABoundedNumberOfSeries() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new GatewayMetrics(prometheus);
        List<String> series = prometheus
                .scrape()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();

        assertThat(series).hasSizeBetween(100, 500);
        prometheus.close();
    }

    @Test
    void countsConnectionsWhereTheyAre() {
        metrics.entered(Encoding.JSON, ConnectionState.CONNECTING);
        metrics.entered(Encoding.JSON, ConnectionState.CONNECTING);
        metrics.left(Encoding.JSON, ConnectionState.CONNECTING);
        metrics.entered(Encoding.JSON, ConnectionState.ACTIVE);

        assertThat(connections("connecting")).isEqualTo(1);
        assertThat(connections("active")).isEqualTo(1);
        assertThat(connections("closing")).isZero();
    }

    @Test
    void countsCommandsByOutcome() {
        metrics.accepted(Op.SEND);
        metrics.refused(Op.SEND, ErrorCode.TOO_LARGE);
        metrics.refused(Op.SEND, ErrorCode.TOO_LARGE);

        assertThat(count("magpie.commands", "op", "send", "outcome", "ok")).isEqualTo(1);
        assertThat(count("magpie.commands", "op", "send", "outcome", "too_large"))
                .isEqualTo(2);
        assertThat(count("magpie.commands", "op", "join", "outcome", "too_large"))
                .isZero();
    }

    @Test
    void countsClosesByCodeAndWhatTheyMean() {
        metrics.closed(CloseCode.SLOW_CONSUMER);
        metrics.closed(CloseCode.HEARTBEAT_LOST);
        metrics.closed(CloseCode.HEARTBEAT_LOST);

        assertThat(count("magpie.closes", "code", "4003")).isEqualTo(1);
        assertThat(count("magpie.closes", "code", "4004")).isEqualTo(2);
        assertThat(count("magpie.slow.consumers")).isEqualTo(1);
        assertThat(count("magpie.heartbeats.lost")).isEqualTo(2);
    }

    @Test
    void measuresDelivery() {
        metrics.delivered(30, 6);
        metrics.delivered(0, 0);
        metrics.flushed(1_000_000);
        metrics.fanOut(10);
        metrics.frameIn(100);
        metrics.framesOut(10, 5_000);
        metrics.queuedBytes(700);
        metrics.queuedBytes(-200);
        metrics.loopLag(-5);

        assertThat(count("magpie.deliveries")).isEqualTo(30);
        assertThat(count("magpie.signals.dropped")).isEqualTo(6);
        assertThat(registry.get("magpie.fan.out").summary().totalAmount()).isEqualTo(10);
        assertThat(registry.get("magpie.publish.to.flush").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(1);
        assertThat(count("magpie.bytes.in")).isEqualTo(100);
        assertThat(count("magpie.frames.out")).isEqualTo(10);
        assertThat(count("magpie.bytes.out")).isEqualTo(5_000);
        assertThat(registry.get("magpie.outbound.queued.bytes").gauge().value()).isEqualTo(500);
        assertThat(registry.get("magpie.loop.lag").timer().count()).isEqualTo(1);
    }

    @Test
    void addsWhatLiesBelow() {
        try (RuntimeMeters below = new RuntimeMeters(registry)) {
            assertThat(below).isNotNull();
            assertThat(registry.find("jvm.memory.used").meters()).isNotEmpty();
            assertThat(registry.find("netty.allocator.memory.used").meters()).isNotEmpty();
            assertThat(registry.getMeters()).hasSizeLessThan(600);
        }
    }

    private double connections(String state) {
        return registry.get("magpie.connections")
                .tags("encoding", "json", "state", state)
                .gauge()
                .value();
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    private static Set<String> names(Enum<?>[] values) {
        return Stream.of(values).map(v -> v.name().toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }
}
