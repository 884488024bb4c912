package io.magpie.bench.compare;

import io.magpie.bench.compare.load.Security;
import io.magpie.bench.measure.BarPicture;
import io.magpie.bench.measure.Spread;
import io.magpie.bench.measure.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What connections cost, over all rounds. Immutable.
 *
 * @param figures in the order in which they were measured
 * @param leftOut what couldn't be measured, and why
 */
record HandshakeResults(List<HandshakeFigures> figures, List<String> leftOut) {
    private static final int PERCENT = 100;

    /** The first connection of a measurement has no ticket, and a few may be lost. */
    private static final double RESUMED = 0.95;

    HandshakeResults {
        figures = List.copyOf(figures);
        leftOut = List.copyOf(leftOut);
    }

    /** One row per server and kind of connection. */
    Table table() {
        List<List<String>> rows = new ArrayList<>();
        for (HandshakeFigures first : firsts()) {
            boolean base = first.security() == Security.NONE;
            rows.add(List.of(
                    first.server(),
                    first.security().title(),
                    spread(first, HandshakeFigures::cpuMicros).cell("%.1f"),
                    base ? "1" : ratio(first).cell("%.2f"),
                    base ? "–" : percent(spread(first, HandshakeFigures::resumedShare)),
                    spread(first, HandshakeFigures::millisEach).cell("%.3f"),
                    percent(spread(first, HandshakeFigures::serverCores)),
                    percent(spread(first, HandshakeFigures::loadCores)),
                    first.cipher()));
        }
        return new Table(
                List.of(
                        "server",
                        "connection",
                        "CPU µs/connection",
                        "× ws",
                        "resumed",
                        "ms each",
                        "server CPU",
                        "load busy",
                        "cipher"),
                rows);
    }

    /** What has to be said of rows that aren't what they should be, one line each. */
    List<String> remarks() {
        return firsts().stream().map(this::remark).flatMap(Optional::stream).toList();
    }

    /** The picture of what a connection costs: of the servers that were measured over ws and in every kind of TLS. */
    Optional<BarPicture> picture() {
        List<HandshakeFigures> shown = firsts().stream()
                .filter(first -> first.security() == Security.TLS)
                .filter(first -> List.of(Security.values()).stream()
                        .allMatch(security -> costs(first, security).count() > 0))
                .toList();
        if (shown.isEmpty()) {
            return Optional.empty();
        }
        List<BarPicture.Series> series = new ArrayList<>();
        for (Security security : Security.values()) {
            series.add(new BarPicture.Series(
                    security.title(),
                    shown.stream().map(first -> costs(first, security).median()).toList()));
        }
        return Optional.of(new BarPicture(
                "tls-connections",
                "What a connection costs until it is upgraded",
                "server CPU in µs per connection",
                shown.stream().map(HandshakeFigures::server).toList(),
                series));
    }

    private Optional<String> remark(HandshakeFigures row) {
        double share = spread(row, HandshakeFigures::resumedShare).median();
        String name = row.server() + ", " + row.security().title() + ": ";
        String resumed = String.format(Locale.ROOT, "%.0f %% of the sessions were resumed", share * PERCENT);
        if (row.security() == Security.RESUMED) {
            return share < RESUMED ? Optional.of(name + "only " + resumed) : Optional.empty();
        }
        return share > 0 ? Optional.of(name + resumed + ", which nobody wanted") : Optional.empty();
    }

    /** The first figures of each row. */
    private List<HandshakeFigures> firsts() {
        return figures.stream().filter(row -> row.round() == 1).toList();
    }

    private Spread spread(HandshakeFigures row, ToDoubleFunction<HandshakeFigures> figure) {
        return Spread.of(figures.stream()
                .filter(row::sameRow)
                .mapToDouble(figure)
                .boxed()
                .toList());
    }

    /** What a kind of connection costs a server; for {@link Security#NONE}, what it costs it without TLS. */
    private Spread costs(HandshakeFigures server, Security security) {
        String name = security == Security.NONE ? Servers.withoutTls(server.server()) : server.server();
        return Spread.of(figures.stream()
                .filter(one -> one.server().equals(name) && one.security() == security)
                .map(HandshakeFigures::cpuMicros)
                .toList());
    }

    /** What it costs as a multiple of what the same server's connection costs without TLS, in the same round. */
    private Spread ratio(HandshakeFigures row) {
        String base = Servers.withoutTls(row.server());
        List<Double> ratios = new ArrayList<>();
        figures.stream()
                .filter(row::sameRow)
                .forEach(mine -> figures.stream()
                        .filter(other -> other.round() == mine.round()
                                && other.server().equals(base)
                                && other.security() == Security.NONE
                                && other.cpuMicros() > 0)
                        .forEach(other -> ratios.add(mine.cpuMicros() / other.cpuMicros())));
        return Spread.of(ratios);
    }

    private static String percent(Spread share) {
        return String.format(Locale.ROOT, "%.0f %%", share.median() * PERCENT);
    }
}
