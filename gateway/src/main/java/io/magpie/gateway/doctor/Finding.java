package io.magpie.gateway.doctor;

/**
 * What a check has found, as one line of the report.
 *
 * @param what was looked at, in a few words
 * @param found as it is; never a secret
 * @param advice what to do about it; empty where there is nothing to do
 */
public record Finding(Level level, String what, String found, String advice) {
    /** How bad it is. */
    public enum Level {
        /** As it should be. */
        OK,
        /** Not looked at; the line says why. */
        SKIPPED,
        /** It works, but not as well or as safely as it could. */
        WARN,
        /** It doesn't work, or won't under load. */
        FAIL
    }

    static Finding ok(String what, String found) {
        return new Finding(Level.OK, what, found, "");
    }

    static Finding skipped(String what, String why) {
        return new Finding(Level.SKIPPED, what, why, "");
    }

    static Finding warn(String what, String found, String advice) {
        return new Finding(Level.WARN, what, found, advice);
    }

    static Finding fail(String what, String found, String advice) {
        return new Finding(Level.FAIL, what, found, advice);
    }
}
