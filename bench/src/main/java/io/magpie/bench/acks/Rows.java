package io.magpie.bench.acks;

import io.magpie.bench.gateway.LogMode;
import io.magpie.bench.measure.Spread;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Figures of a run by gateway and load, over its rounds. Immutable. */
record Rows(AcksPlan plan, AcksRun.Result result) {
    /** The loads at a fixed rate, or those that wait for answers. */
    List<Load> loads(boolean closed) {
        return plan.loads().stream().filter(load -> load.closed() == closed).toList();
    }

    /** The figures of a gateway with a load, by round. */
    List<Figures> row(LogMode log, Load load) {
        return result.figures().stream()
                .filter(figures -> figures.log() == log && figures.load().equals(load))
                .toList();
    }

    /** One figure over the rounds. */
    Spread spread(LogMode log, Load load, ToDoubleFunction<Figures> figure) {
        return Spread.of(row(log, load).stream().mapToDouble(figure).boxed().toList());
    }

    /** A figure as a multiple of that of the gateway without a durable log, in the same round. */
    Spread timesMemory(LogMode log, Load load, ToDoubleFunction<Figures> figure) {
        List<Figures> memory = row(LogMode.MEMORY, load);
        return Spread.of(row(log, load).stream()
                .flatMap(mine -> memory.stream()
                        .filter(other -> other.round() == mine.round())
                        .map(other -> figure.applyAsDouble(mine) / figure.applyAsDouble(other)))
                .toList());
    }

    /** The disk's own time. */
    Spread fsync(ToDoubleFunction<Fsync> figure) {
        return Spread.of(result.fsyncs().stream().mapToDouble(figure).boxed().toList());
    }
}
