package io.magpie.bench.simulate;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.magpie.bench.LineProgress;
import io.magpie.bench.Progress;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The entry of the JVM that simulates. Its arguments are files: the plan, and where the result goes, both JSON. */
public final class SimulationMain {
    private SimulationMain() {}

    /** Runs one simulation; ends the JVM with 0 if it succeeded. */
    public static void main(String[] files) throws IOException, InterruptedException {
        ObjectMapper mapper = new ObjectMapper();
        SimulationPlan plan = mapper.readValue(new File(files[0]), SimulationPlan.class);
        PrintWriter lines = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        try (Progress progress = new LineProgress(lines)) {
            mapper.writeValue(new File(files[1]), new Simulation(plan, progress).run());
        } catch (IllegalStateException e) {
            lines.println("simulate: " + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }
}
