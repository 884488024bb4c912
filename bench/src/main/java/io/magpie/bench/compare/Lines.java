package io.magpie.bench.compare;

import java.util.Locale;

/** Figures as text. */
final class Lines {
    private static final int PERCENT = 100;

    /** What else runs on the machine is mentioned if it uses more of a core. */
    private static final double DISTURBED = 0.05;

    private Lines() {}

    /** One measurement in one line. */
    static String progress(Figures figures, int rounds) {
        return String.format(
                Locale.ROOT,
                "%s round %d/%d %-6s %-22s %8.3f µs per delivery, %,11.0f deliveries/s, p99 %8.2f ms, server %3.0f %%,"
                        + " load %3.0f %%%s",
                figures.scenario(),
                figures.round(),
                rounds,
                figures.level().name(),
                figures.contestant().label(),
                figures.cpuMicros(),
                figures.deliveriesPerSecond(),
                figures.p99Millis(),
                figures.serverCores() * PERCENT,
                figures.loadCores() * PERCENT,
                remarks(figures));
    }

    /** One connect storm in one line. */
    static String progress(StormFigures figures, int rounds) {
        return String.format(
                Locale.ROOT,
                "%-9s %-14s %-16s %7.1f µs per connection, %,8.0f connections/s, server %3.0f %%, load %3.0f %%",
                figures.round() < 1 ? "warm-up" : "round " + figures.round() + "/" + rounds,
                figures.server(),
                figures.step(),
                figures.cpuMicros(),
                figures.perSecond(),
                figures.serverCores() * PERCENT,
                figures.loadCores() * PERCENT);
    }

    /** The connections of one kind in one line. */
    static String progress(HandshakeFigures figures, int rounds) {
        return String.format(
                Locale.ROOT,
                "%-9s %-14s %-16s %7.1f µs per connection, %6.3f ms each, server %3.0f %%, load %3.0f %%, %,d of %,d"
                        + " resumed",
                figures.round() < 1 ? "warm-up" : "round " + figures.round() + "/" + rounds,
                figures.server(),
                figures.security().title(),
                figures.cpuMicros(),
                figures.millisEach(),
                figures.serverCores() * PERCENT,
                figures.loadCores() * PERCENT,
                figures.resumed(),
                figures.connects());
    }

    private static String remarks(Figures figures) {
        StringBuilder remarks = new StringBuilder();
        if (!figures.sustained()) {
            remarks.append(", fell behind");
        }
        if (figures.othersCores() > DISTURBED) {
            remarks.append(String.format(Locale.ROOT, ", others %.0f %%", figures.othersCores() * PERCENT));
        }
        if (figures.faults() > 0) {
            remarks.append(", ").append(figures.faults()).append(" FAULTS: ").append(figures.witnesses());
        }
        return remarks.toString();
    }
}
