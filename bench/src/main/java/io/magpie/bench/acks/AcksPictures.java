package io.magpie.bench.acks;

import io.magpie.bench.gateway.LogMode;
import io.magpie.bench.measure.BarPicture;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A run's figures as bar charts: the median of each, one colour per kind of log. */
final class AcksPictures {
    private static final String LATENCY = "acks-latency";
    private static final String SUSTAINED = "acks-sustained";

    private AcksPictures() {}

    /** The pictures of what was measured. */
    static List<BarPicture> of(AcksReport report) {
        Rows rows = new Rows(report.plan(), report.result());
        return Stream.of(latency(rows), sustained(rows))
                .filter(picture -> !picture.groups().isEmpty())
                .toList();
    }

    /** The disk's own time stands beside each group, since it doesn't depend on the rate. */
    private static BarPicture latency(Rows rows) {
        List<Load> loads = rows.loads(false);
        List<String> groups = new ArrayList<>();
        List<Double> disk = new ArrayList<>();
        for (Load load : loads) {
            groups.addAll(List.of(load.name() + ", p50", load.name() + ", p99"));
            disk.addAll(List.of(
                    rows.fsync(Fsync::p50Millis).median(),
                    rows.fsync(Fsync::p99Millis).median()));
        }
        List<BarPicture.Series> series = new ArrayList<>();
        for (LogMode log : rows.plan().logs()) {
            List<Double> values = new ArrayList<>();
            for (Load load : loads) {
                values.add(rows.spread(log, load, Figures::p50Millis).median());
                values.add(rows.spread(log, load, Figures::p99Millis).median());
            }
            series.add(new BarPicture.Series("log: " + log.title(), values));
        }
        series.add(new BarPicture.Series("the disk's own fdatasync", disk));
        return new BarPicture(
                LATENCY, "From publishing to ok, by messages per second", "latency in ms", groups, series);
    }

    private static BarPicture sustained(Rows rows) {
        List<Load> loads = rows.loads(true);
        int publishers = rows.plan().crowd().publishers();
        List<BarPicture.Series> series = rows.plan().logs().stream()
                .map(log -> new BarPicture.Series(
                        "log: " + log.title(),
                        loads.stream()
                                .map(load -> rows.spread(log, load, Figures::oksPerSecond)
                                        .median())
                                .toList()))
                .toList();
        return new BarPicture(
                SUSTAINED,
                "Sustained rate, by unanswered messages of " + publishers + " publishers together",
                "oks per second",
                loads.stream()
                        .map(load -> load.name() + ": " + load.window() * publishers)
                        .toList(),
                series);
    }
}
