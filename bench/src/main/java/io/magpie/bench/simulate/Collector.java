package io.magpie.bench.simulate;

import java.util.List;
import java.util.Locale;

/** A garbage collector of the JVM. */
enum Collector {
    G1("G1"),
    ZGC("ZGC"),
    SHENANDOAH("Shenandoah");

    private static final int FIRST_GENERATIONAL_ZGC = 21;
    private static final int ONLY_GENERATIONAL_ZGC = 23;

    private final String title;

    Collector(String title) {
        this.title = title;
    }

    /** The flags that choose it, with the pause goal that the {@code magpie} script sets. */
    List<String> flags(int javaVersion) {
        return switch (this) {
            case G1 ->
                List.of(
                        "-XX:+UseG1GC",
                        "-XX:MaxGCPauseMillis=10",
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:G1NewSizePercent=1");
            case ZGC ->
                javaVersion >= FIRST_GENERATIONAL_ZGC && javaVersion < ONLY_GENERATIONAL_ZGC
                        ? List.of("-XX:+UseZGC", "-XX:+ZGenerational")
                        : List.of("-XX:+UseZGC");
            case SHENANDOAH -> List.of("-XX:+UseShenandoahGC");
        };
    }

    /** Its name in tables. */
    String title(int javaVersion) {
        if (this != ZGC) {
            return title;
        }
        return javaVersion >= FIRST_GENERATIONAL_ZGC ? "ZGC (generational)" : "ZGC (not generational)";
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
